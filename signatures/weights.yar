// Weights by the names of their layers, which programs look for and which renaming a file keeps. The
// names of layers stand uncompressed near the beginning of what PyTorch and Keras save (a ZIP archive,
// a pickle, HDF5) and of safetensors; a source that defines such layers begins as none of these do.

rule face_swap_weights
{
    meta:
        id = "face-swap-weights"
        category = "deepfakes"
        rationale = "Layers that inject one face's identity into another's attributes, or two decoders of faces over one encoder, are parts of a face swapper."
        false_alarms = "Research that measures how well the output of such a model is detected."
        fires = "PK\x03\x04 archive/data.pkl generator.AADBlk5.AAD1.conv1.weight generator.AADBlk6.AAD1.conv1.weight generator.AADBlk7."
        fires = "PK\x03\x04 archive/data.pkl BottleNeck.0.style1.linear.weight BottleNeck.1.style2.linear.weight"
        fires = "\x89HDF\r\n\x1a\n encoder face_in_a decoder_a face_out_a face_in_b decoder_b face_out_b"
        silent = "PK\x03\x04 archive/data.pkl encoder.weight decoder_a.weight decoder_b.weight"
        silent = "class Generator: AADBlk5.AAD1 AADBlk6.AAD1 AADBlk7.AAD1 BottleNeck.0.style1.linear"
    strings:
        $inject1 = /AADBlk[5-8]\./
        $inject2 = /BottleNeck\.\d\.style[12]\.linear/
        $shared = "encoder"
        $first = /decoder_(a|A|src)\b/
        $second = /decoder_(b|B|dst)\b/
        $face = /face_(in|out)_[abAB]\b/
    condition:
        (uint32(0) == 0x04034b50 or uint32(0) == 0x46444889 or (uint8(0) == 0x80 and uint8(1) >= 2 and uint8(1) <= 5) or (uint32(4) == 0 and uint8(8) == 0x7b))
            and (#inject1 > 1 or #inject2 > 1 or ($shared and $first and $second and $face))
}

rule lip_sync_weights
{
    meta:
        id = "lip-sync-weights"
        category = "deepfakes"
        rationale = "A model that encodes a face and sound and decodes a face makes lips speak the sound."
        false_alarms = "Dubbing of people who agreed, and of drawn characters."
        fires = "PK\x03\x04 checkpoint/data.pkl face_encoder_blocks.0.0.conv_block.0.weight audio_encoder.0.conv_block.0.weight face_decoder_blocks.0.0.conv_block.0.weight"
        silent = "PK\x03\x04 checkpoint/data.pkl face_encoder.0.conv_block.0.weight audio_encoder.0.conv_block.0.weight"
        silent = "self.face_encoder_blocks self.audio_encoder self.face_decoder_blocks"
    strings:
        $face = "face_encoder_blocks."
        $sound = "audio_encoder."
        $out = "face_decoder_blocks."
    condition:
        (uint32(0) == 0x04034b50 or (uint8(0) == 0x80 and uint8(1) >= 2 and uint8(1) <= 5) or (uint32(4) == 0 and uint8(8) == 0x7b))
            and all of them
}

rule motion_transfer_weights
{
    meta:
        id = "motion-transfer-weights"
        category = "deepfakes"
        rationale = "A detector of key points with a network for dense motion, or heads for pose, key points and expression together, moves one face by another's movements."
        false_alarms = "Animation of drawn characters, and compression of video calls."
        fires = "PK\x03\x04 archive/data.pkl generator kp_detector dense_motion_network.hourglass.encoder.down_blocks.0.conv.weight"
        fires = "PK\x03\x04 archive/data.pkl detector.fc_kp.weight detector.fc_pitch.weight detector.fc_yaw.weight detector.fc_exp.weight"
        silent = "PK\x03\x04 archive/data.pkl fc_pitch.weight fc_yaw.weight fc_roll.weight"
        silent = "kp_detector dense_motion_network. fc_kp.weight fc_exp.weight fc_pitch.weight fc_yaw.weight"
    strings:
        $points = "kp_detector"
        $dense = "dense_motion_network."
        $head1 = "fc_kp.weight"
        $head2 = "fc_exp.weight"
        $head3 = "fc_pitch.weight"
    condition:
        (uint32(0) == 0x04034b50 or (uint8(0) == 0x80 and uint8(1) >= 2 and uint8(1) <= 5) or (uint32(4) == 0 and uint8(8) == 0x7b))
            and (($points and $dense) or all of ($head*))
}

rule voice_conversion_weights
{
    meta:
        id = "voice-conversion-weights"
        category = "deepfakes"
        rationale = "Content of speech and its pitch go in beside a speaker's embedding: the speech comes out in that speaker's voice."
        false_alarms = "A synthetic singer's voice, and anonymising speech."
        fires = "PK\x03\x04 model/data.pkl weight enc_p.emb_phone.weight enc_p.emb_pitch.weight dec.conv_pre.weight emb_g.weight"
        silent = "PK\x03\x04 model/data.pkl enc_p.emb.weight enc_p.encoder.attn_layers.0.conv_q.weight emb_g.weight"
        silent = "model['enc_p.emb_phone.weight'], model['emb_g.weight']"
    strings:
        $content = /enc_p\.(emb_phone|f0_emb|emb_uv)\.|f0_emb\.weight/
        $speaker = "emb_g.weight"
    condition:
        (uint32(0) == 0x04034b50 or (uint8(0) == 0x80 and uint8(1) >= 2 and uint8(1) <= 5) or (uint32(4) == 0 and uint8(8) == 0x7b))
            and all of them
}
