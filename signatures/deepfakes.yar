// What programs for swapping faces leave on a disk as text: reports and settings in a form of their
// own. A notebook, a script or a page that quotes one does not begin as these files do.

rule face_swap_training_report
{
    meta:
        id = "face-swap-training-report"
        category = "deepfakes"
        rationale = "A trainer of face swappers draws a box of equals signs around the model's name, its iteration and options that only such models have."
        false_alarms = "A report that somebody keeps from a study of how such models are trained."
        fires = "================ Model Summary ================\n==                                           ==\n==            Model name: two_SAEHD          ==\n==     Current iteration: 81200              ==\n==            resolution: 192                ==\n==             face_type: wf                 ==\n==               ae_dims: 256                ==\n"
        silent = "================ Model Summary ================\n==            Model name: resnet             ==\n==     Current iteration: 20                 ==\n==            resolution: 224                ==\n"
        silent = "{\"cells\": [{\"source\": [\"===== Model Summary =====\\n==     Current iteration: 1   ==\\n==   face_type: wf  ==\\n==   ae_dims: 256\"]}], \"nbformat\": 4}"
    strings:
        $name = "Model Summary ="
        $iteration = "Current iteration:"
        $option1 = /==\s{1,40}face_type:/
        $option2 = /==\s{1,40}(ae|e|d|inter|d_mask)_dims:/
        $option3 = /==\s{1,40}(true_face_power|face_style_power|eyes_mouth_prio|masked_training|morph_factor):/
    condition:
        uint16(0) == 0x3d3d and filesize < 256KB and $name and $iteration and 2 of ($option*)
}

rule face_swapper_settings
{
    meta:
        id = "face-swapper-settings"
        category = "deepfakes"
        rationale = "A settings file with a section of choices for a face swapper beside those for a detector of faces configures a program that swaps."
        false_alarms = "A program for several tasks that was only unpacked, with its settings as they came."
        fires = "[paths]\nsource_paths =\ntarget_path =\n\n[face_detector]\nface_detector_model =\n\n[processors]\nprocessors =\nface_swapper_model =\n"
        silent = "[paths]\nsource_paths =\n\n[face_detector]\nface_detector_model = yolo\n"
        silent = "{\"cells\": [{\"source\": [\"[paths]\\n[face_detector]\\nface_swapper_model = x\"]}], \"nbformat\": 4}"
    strings:
        $section = /\n\[face_(detector|landmarker|selector|masker)\]/
        $swapper = /\n(face_swapper|face_swap|swapper)_(model|weight|pixel_boost)\s{0,10}=/
    condition:
        uint8(0) == 0x5b and filesize < 64KB and all of them
}
