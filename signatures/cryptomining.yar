// Miners as programs and their settings. A program must begin as one and speak the pools' protocol;
// settings must be a JSON object of their own, so that a notebook which quotes some is not meant.

rule miner_program
{
    meta:
        id = "miner-program"
        category = "cryptomining"
        rationale = "A program that can be run and that holds both the addresses' scheme and the calls of the protocol by which pools hand out work is a miner, whatever it is called."
        false_alarms = "A pool's server, a proxy or a monitor of pools that was compiled."
        fires = "\x7fELF\x02\x01\x01\x00 stratum+tcp:// stratum+ssl:// mining.subscribe mining.authorize mining.submit"
        fires = "\x7fELF\x02\x01\x01\x00 stratum+ssl:// donate-level rx/0 keepalived nicehash"
        silent = "\x7fELF\x02\x01\x01\x00 a scanner of logs that looks for stratum+tcp:// and for nothing else"
        silent = "# a text about stratum+tcp://, mining.subscribe, mining.authorize and mining.submit"
    strings:
        $scheme = /stratum[12]?\+(tcp|ssl|tls)/
        $call1 = "mining.subscribe"
        $call2 = "mining.authorize"
        $call3 = "mining.submit"
        $own1 = "donate-level"
        $own2 = "nicehash"
        $own3 = "keepalived"
        $own4 = /\b(rx\/0|randomx|kawpow|ethash|cn\/r|progpow|autolykos2?|verushash)\b/
    condition:
        (uint32(0) == 0x464c457f or uint16(0) == 0x5a4d) and $scheme
            and (2 of ($call*) or 3 of ($own*))
}

rule miner_settings
{
    meta:
        id = "miner-settings"
        category = "cryptomining"
        rationale = "A JSON object with a list of pools and settings that only miners have tells a program where to earn, and for whom."
        false_alarms = "Settings that are kept as evidence by those who study miners."
        fires = "{\"autosave\": true, \"donate-level\": 1, \"pools\": [{\"url\": \"pool.example:3333\", \"user\": \"someone\", \"algo\": \"rx/0\"}]}"
        silent = "{\"pools\": [{\"url\": \"https://pool.example/swimming\", \"user\": \"someone\"}]}"
        silent = "{\"cells\": [{\"source\": [\"{\\\"pools\\\": [{\\\"url\\\": \\\"x\\\"}], \\\"donate-level\\\": 1, \\\"algo\\\": 1}\"]}], \"nbformat\": 4}"
    strings:
        $pools = /[^\\]"pools"\s{0,20}:\s{0,20}\[/
        $own1 = /[^\\]"donate-(level|over-proxy)"\s{0,20}:/
        $own2 = /[^\\]"(algo|coin)"\s{0,20}:/
        $own3 = /[^\\]"(rig-id|nicehash|randomx|max-threads-hint|cn\/2?)"\s{0,20}:/
        $notebook = /[^\\]"nbformat"\s{0,20}:/
    condition:
        uint8(0) == 0x7b and filesize < 256KB and $pools and 2 of ($own*) and not $notebook
}
