"""Augmentations that change light and colour."""

from __future__ import annotations

from studio.core.params import Float, Int, Param
from studio.data.pictures.augmentation_entries.entry import Augmentation, chance, share

COLOUR = (
    Augmentation(
        "colour_jitter",
        "Light and contrast",
        "Makes pictures a little darker or brighter, flatter or stronger, paler or more colourful, so that "
        "the light does not matter.",
        "Colour",
        (
            share("brightness", "Brightness", "0.2 is up to 20% darker or brighter.", 0.2),
            share("contrast", "Contrast", "0.2 is up to 20% flatter or stronger.", 0.2),
            share(
                "saturation",
                "Saturation",
                "0.2 is up to 20% paler or more colourful; without effect on grey pictures.",
                0.2,
            ),
        ),
        "brightness",
        fits_boxes=True,
    ),
    Augmentation(
        "hue",
        "Hue",
        "Moves all colours along the rainbow, so that red may turn to orange. Grey stays grey.",
        "Colour",
        (share("amount", "Strength", "0.5 reaches every colour; 0.05 stays close.", 0.05, 0.5),),
        "amount",
        fits_boxes=True,
    ),
    Augmentation(
        "channel_brightness",
        "Tint",
        "Makes red, green and blue brighter or darker each by itself, as lamps of another colour do.",
        "Colour",
        (share("amount", "Strength", "0.2 is up to 20% darker or brighter for each colour.", 0.2),),
        "amount",
        fits_boxes=True,
    ),
    Augmentation(
        "greyscale",
        "Lose the colour",
        "Takes the colour out of some pictures, so that the shape has to be learnt, too.",
        "Colour",
        (chance("made grey", 0.2),),
        fits_boxes=True,
    ),
    Augmentation(
        "invert",
        "Negative",
        "Turns black to white and white to black, so that both dark on light and light on dark are known.",
        "Colour",
        (chance("inverted"),),
        fits_boxes=True,
    ),
    Augmentation(
        "solarize",
        "Solarise",
        "Turns only the bright places into their negative, as in an overexposed photo.",
        "Colour",
        (
            chance("solarised", 0.3),
            Param(
                "threshold",
                "Threshold",
                "Values above this are inverted: 0 is black, 1 is white.",
                Float(0, 1),
                0.5,
            ),
        ),
        fits_boxes=True,
    ),
    Augmentation(
        "posterize",
        "Fewer shades",
        "Leaves only a few shades of each colour, as in a poster.",
        "Colour",
        (
            chance("made a poster", 0.3),
            Param("bits", "Bits", "3 bits are 8 shades, 8 bits all 256.", Int(1, 8), 3),
        ),
        fits_boxes=True,
    ),
    Augmentation(
        "auto_contrast",
        "Stretch the contrast",
        "Makes the darkest place black and the brightest white, as many cameras do.",
        "Colour",
        (chance("stretched"),),
        fits_boxes=True,
    ),
    Augmentation(
        "equalise",
        "Even out the shades",
        "Spreads the shades so that each is used equally often; brings out faint detail.",
        "Colour",
        (chance("evened out", 0.3),),
        fits_boxes=True,
    ),
)
