// Files that exchange between strangers needs.

rule torrent_description
{
    meta:
        id = "torrent-description"
        category = "file-sharing"
        rationale = "A dictionary in the encoding of BitTorrent with the hashes of pieces describes files that strangers exchange."
        false_alarms = "A data set for research that its authors publish this way."
        fires = "d8:announce32:udp://tracker.example:80/announce4:infod6:lengthi9e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee"
        silent = "d8:announce32:this is bencoded and describes no pieces of any file"
        silent = "a text about d8:announce, 12:piece length and 6:pieces20:"
    strings:
        $length = "12:piece lengthi"
        $pieces = /6:pieces[1-9]\d{0,9}:/
    condition:
        uint8(0) == 0x64 and uint8(1) >= 0x31 and uint8(1) <= 0x39 and filesize < 16MB
            and $length and $pieces
}
