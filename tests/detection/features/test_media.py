import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def found(source: str) -> set[tuple[Kind, str]]:
    return {(feature.kind, feature.value) for feature in extract(source)}


@pytest.mark.parametrize(
    ("source", "kind", "value"),
    [
        ("from google.colab import files\nup = files.upload()", Kind.INPUT, "upload"),
        ("drive.mount('/content/drive')", Kind.INPUT, "drive"),
        ("import gradio as gr\nx = gr.Image(type='numpy')", Kind.INPUT, "web-still"),
        ("import gradio as g\ng.Video()", Kind.INPUT, "web-video"),
        ("cap = cv2.VideoCapture(path)", Kind.INPUT, "frames-read"),
        ("photo = 'me.jpg'", Kind.INPUT, "still-path"),
        ("opt.clip = './a/b.mp4'", Kind.INPUT, "video-path"),
        ("imageio.mimsave('out.mp4', frames)", Kind.OUTPUT, "video-written"),
        ("files.download('out.mp4')", Kind.OUTPUT, "video-downloaded"),
        ("IPython.display.Audio('x.wav')", Kind.OUTPUT, "audio-shown"),
        ("!ffmpeg -i in.mp4 -r 25 f/%05d.png", Kind.STAGE, "frames-out"),
        ("!ffmpeg -r 25 -i f/%05d.png -i a.wav out.mp4", Kind.STAGE, "frames-in"),
        ("!ffmpeg -i v.mp4 -i a.wav -map 0:v -map 1:a out.mp4", Kind.STAGE, "audio-in"),
        ("!ffmpeg -i v.mp4 -vn a.wav", Kind.STAGE, "audio-out"),
        ("fa = face_alignment.FaceAlignment(t)", Kind.STAGE, "face-landmarks"),
        ("app = FaceAnalysis(name='x')", Kind.STAGE, "face-detect"),
        ("out = model.get(frame, there, here, paste_back=True)", Kind.STAGE, "face-swap"),
        ("swap = model.get\nx = swap(a, b, c, paste_back=True)", Kind.STAGE, "face-swap"),
        ("x = model.get(frame, there, here)", Kind.STAGE, "face-swap"),
        ("y = g(x, kp_source=a, kp_driving=b)", Kind.STAGE, "motion"),
        ("y = model.animate(source_image, driving_video)", Kind.STAGE, "motion"),
        ("y = animate_portrait(a, b)", Kind.STAGE, "motion"),
        ("e = encoder.embed_utterance(w)", Kind.STAGE, "speaker-embed"),
        ("v = el.clone(name='Mum', files=['a.ogg'])", Kind.STAGE, "voice-made"),
        ("x = cv2.seamlessClone(a, b, m, c, 1)", Kind.BLEND, "seamless-clone"),
        ("x = cv2.warpAffine(a, m, s, flags=cv2.WARP_INVERSE_MAP)", Kind.BLEND, "inverse-warp"),
        (
            "i = cv2.invertAffineTransform(m)\nx = cv2.warpAffine(a, i, s)",
            Kind.BLEND,
            "inverse-warp",
        ),
        ("x = mask * a + (1 - mask) * b", Kind.BLEND, "alpha-mask"),
        ("x = warped * m + frame * (1 - m)", Kind.BLEND, "alpha-mask"),
        ("x = cv2.warpAffine(drawn, inv, size)", Kind.BLEND, "inverse-warp"),
        ("q = cv2.GaussianBlur(m, k, 0)\nx = a * q + (1.0 - q) * b", Kind.BLEND, "alpha-mask"),
        ("p = 'a.png'\nmake(p, 'b.wav', out)", Kind.MEDIA, "still-file+audio-file"),
        ("make(face='a.png', sound='b.wav')", Kind.MEDIA, "still-file+audio-file"),
        ("export_to_video(frames, p)", Kind.OUTPUT, "video-written"),
        ("speak(text=t, speaker_wav='a.wav')", Kind.MEDIA, "voice+text"),
        ("speak(text=t, speaker_wav='a.wav')", Kind.ROLE, "voice"),
        ("!python go.py --driving a.mp4", Kind.ROLE, "driver"),
        ("!python go.py -i a.mp4", Kind.ROLE, "video-file"),
        ("!mkdir -p work/src_faces", Kind.FOLDER, "source-faces"),
        ("x = cv2.FaceDetectorYN.create(m, '', s)", Kind.STAGE, "face-detect"),
        ("x = cv2.FaceRecognizerSF.create(m, '')", Kind.STAGE, "face-embed"),
        ("go('a.jpg', 'b.mp4', 'c.mp4')", Kind.MEDIA, "still-file+video-file"),
        ("go(open('a.jpg', 'rb'), open('b.wav', 'rb'))", Kind.MEDIA, "still-file+audio-file"),
        ("!mkdir -p work/data_dst/aligned", Kind.FOLDER, "target-data"),
        ("!mkdir -p work/data_dst/aligned", Kind.FOLDER, "aligned"),
    ],
)
def test_what_is_done_to_media_is_seen(source: str, kind: Kind, value: str):
    assert (kind, value) in found(source)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("output_path = 'out.mp4'", Kind.INPUT),
        ("x = alpha * a + (1 - alpha) * b", Kind.BLEND),
        ("x = cv2.warpAffine(a, m, s)", Kind.BLEND),
        ("x = settings.get('a', 'b')", Kind.STAGE),
        ("x = config.get('section', 'key', 'other')", Kind.STAGE),
        ("_, _, x = restorer.enhance(image, False, False, paste_back=True)", Kind.STAGE),
        ("x = restorer.enhance(image, has_aligned=False, paste_back=True)", Kind.STAGE),
        ("def animate(i):\n    line.set_data(x[:i])\nanimate(3)", Kind.STAGE),
        ("y = plot.animate(frames)", Kind.STAGE),
        ("speak(text=t)", Kind.MEDIA),
        ("render('a.jpg', 'new.mp4')", Kind.MEDIA),
        ("!ffmpeg -i slide.png music.mp3", Kind.STAGE),
    ],
)
def test_what_only_resembles_it_is_not(source: str, kind: Kind):
    assert not {value for one, value in found(source) if one is kind}


@pytest.mark.parametrize(
    "source",
    ["draw_spectrum('a.wav', 'b.png')", "print('a.png', 'b.wav')", "shutil.move('a.png', 'b.wav')"],
)
def test_a_picture_of_a_sound_is_no_picture_that_speaks(source: str):
    assert not {value for kind, value in found(source) if kind is Kind.MEDIA}
