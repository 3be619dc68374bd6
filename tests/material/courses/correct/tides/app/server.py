"""Says how high the water will be."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()
MODEL = Path(os.environ.get("MODEL", "out/models/tide.json"))


@app.get("/height")
def height(hours: float) -> dict[str, float]:
    model = json.loads(MODEL.read_text())
    waves = (
        wave["amplitude_m"] * math.cos(2 * math.pi * hours / wave["period_h"] - wave["phase"])
        for wave in model["waves"]
    )
    return {"hours": hours, "height_m": round(model["datum_m"] + sum(waves), 2)}
