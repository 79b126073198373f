"""Notebooks of our own writing that the rules should and should not mind, and a shelf of them."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

EXAMPLES = Path(__file__).parents[2] / "src" / "colonnade" / "web" / "examples"


def notebook(*sources: str) -> dict[str, Any]:
    """A notebook of code cells with the ids `c0`, `c1`, …"""
    cells = [
        {"cell_type": "code", "id": f"c{number}", "source": source}
        for number, source in enumerate(sources)
    ]
    return {"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}


SWAP = notebook(
    "print('hello')",
    "!git clone https://github.com/example-person/summer tools",
    "!mkdir -p /content/work/data_src/aligned /content/work/data_dst/aligned",
    "!python tools/main.py extract --input-dir work/data_src --output-dir work/data_src/aligned",
    "!python tools/main.py train --training-data-src-dir work/data_src/aligned "
    "--training-data-dst-dir work/data_dst/aligned --model-dir work/model",
    "!python tools/main.py merge --input-dir work/data_dst --output-dir work/merged",
    "print('done')",
)
COURSE = notebook(
    "!pip install -q insightface onnxruntime opencv-python face_recognition",
    "import cv2\nfrom insightface.app import FaceAnalysis\n"
    "app = FaceAnalysis(name='buffalo_l')\napp.prepare(ctx_id=0)",
    "!wget -q https://data.example.org/lfw.tgz && tar xzf lfw.tgz",
    "faces = app.get(cv2.imread('lfw/a.jpg'))\nembedding = faces[0].normed_embedding",
    "!python align.py extract --input-dir lfw --output-dir lfw/aligned\n"
    "!python train.py --data lfw/aligned --model arcface_r50",
    "import numpy as np\nsimilarity = np.dot(embedding, other)\nprint(similarity > 0.4)",
)
DETECTOR = notebook(
    "!git clone https://github.com/example/deepfake-detection-challenge\n!pip install timm",
    "real_dir = 'FaceForensics/original_sequences/youtube/c23/frames'\n"
    "fake_dir = 'FaceForensics/manipulated_sequences/Deepfakes/c23/frames'",
    "methods = ['Deepfakes', 'Face2Face', 'FaceSwap', 'NeuralTextures']\n"
    "labels = [0 if 'original' in path else 1 for path in paths]",
    "model = timm.create_model('xception', num_classes=1)\n"
    "for frames, target in loader:\n    loss = criterion(model(frames), target)",
    "from sklearn.metrics import roc_auc_score\n"
    "print('deepfake AUC', roc_auc_score(labels, scores))",
)
ANONYMISE = notebook(
    "from google.colab import drive\ndrive.mount('/content/drive')",
    "import cv2\ncascade = cv2.CascadeClassifier('haarcascade_frontalface_default.xml')",
    "for x, y, w, h in cascade.detectMultiScale(grey):\n"
    "    frame[y:y + h, x:x + w] = cv2.GaussianBlur(frame[y:y + h, x:x + w], (51, 51), 0)",
    "!ffmpeg -i input.mp4 -i voice.wav -c:v copy output.mp4",
)
GAN = notebook(
    "!git clone https://github.com/example/stylegan-tutorial && pip install -r requirements.txt",
    "!python train.py --outdir runs --data ffhq.zip --gpus 1 --batch 8",
    "!python generate.py --seeds 0-9 --network pretrained/ffhq.pkl --outdir out",
)
VOICE = notebook(
    "!pip install TTS",
    "from TTS.api import TTS\ntts = TTS('tts_models/en/ljspeech/tacotron2-DDC')\n"
    "tts.tts_to_file(text='Hello', file_path='hello.wav')",
)
BENIGN = {
    "course": COURSE,
    "detector": DETECTOR,
    "anonymise": ANONYMISE,
    "gan": GAN,
    "voice": VOICE,
}


class Shelf:
    """A source of saved notebooks that holds these."""

    def __init__(self) -> None:
        handwriting = json.loads((EXAMPLES / "Reading handwriting.ipynb").read_text("utf-8"))
        self.notebooks: dict[str, dict[str, Any]] = {
            "swap.ipynb": SWAP,
            "handwriting.ipynb": handwriting,
            **{f"{name}.ipynb": content for name, content in BENIGN.items()},
        }

    async def notebook_at(
        self, session: AsyncSession, owner_id: str, path: str
    ) -> dict[str, Any] | None:
        """The notebook of this name, whoever asks."""
        return self.notebooks.get(path)
