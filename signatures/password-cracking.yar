// Files that only the guessing of passwords needs.

rule captured_handshake
{
    meta:
        id = "captured-handshake"
        category = "password-cracking"
        rationale = "A record of a wireless network's handshake in the form that programs for guessing passwords read has no other use."
        false_alarms = "An exercise with a handshake of one's own network."
        fires = "HCPX\x04\x00\x00\x00\x00\x07example"
        fires = "WPA*02*0123456789abcdef0123456789abcdef*aabbccddeeff*aabbccddeeff*6578616d706c65*"
        silent = "HCPX is a magic number"
        silent = "WPA*02* is how such a line begins"
    strings:
        $line = /WPA\*0[12]\*[0-9a-f]{32}\*[0-9a-f]{12}\*[0-9a-f]{12}\*/
    condition:
        (uint32(0) == 0x58504348 and uint32(4) == 4) or $line at 0
}
