"""Every registered augmentation keeps its promises, at every size, for grey and colour."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from studio.core.params import ParamValue
from studio.core.project import Setting
from studio.data.pictures.augmentations import AUGMENTATIONS
from studio.engine import augmentation
from studio.engine.augmentations import code, colour, detail, mixing, movement

CHANGES = tuple(entry.id for entry in AUGMENTATIONS if not entry.mixes)
MIXES = tuple(entry.id for entry in AUGMENTATIONS if entry.mixes)
NOTHING: dict[str, dict[str, ParamValue]] = {  # settings with which an augmentation changes nothing
    "random_crop": {"padding": 0},
    "rotate": {"degrees": 0.0},
    "affine": {"shift": 0.0, "zoom": 0.0, "shear": 0.0, "degrees": 0.0},
    "random_resized_crop": {"cut": 0.0, "stretch": 1.0},
    "colour_jitter": {"brightness": 0.0, "contrast": 0.0, "saturation": 0.0},
    "hue": {"amount": 0.0},
    "channel_brightness": {"amount": 0.0},
    "noise": {"amount": 0.0},
    "rand_augment": {"number": 0},
}


def pictures(size: tuple[int, int] = (12, 10), channels: int = 3, count: int = 6) -> Tensor:
    """Smooth pictures: turning noise by a hair would look like a large change."""
    small = torch.rand(count, channels, 4, 4, generator=torch.Generator().manual_seed(1))
    return torch.nn.functional.interpolate(small, size, mode="bilinear", align_corners=False)


def generator(seed: int = 5) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def changed(before: Tensor, *settings: Setting, seed: int = 5) -> Tensor:
    augment = augmentation.chain(settings)
    assert augment is not None
    return augment(before, generator(seed))


def test_that_every_declared_augmentation_is_computed() -> None:
    assert set(augmentation.FUNCTIONS) == set(AUGMENTATIONS.ids)


@pytest.mark.parametrize("entry", AUGMENTATIONS, ids=lambda entry: entry.id)
def test_that_entries_are_declared_in_plain_words_with_bounds(entry) -> None:  # type: ignore[no-untyped-def]
    assert entry.help.endswith(".")
    assert 20 < len(entry.help) < 200
    assert entry.strength_param in entry.params
    assert len({param.name for param in entry.params}) == len(entry.params)
    for param in entry.params:
        assert param.check(param.default) == param.default
        assert param.help.endswith(".")


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("size", "count"), [((8, 8), 1), ((12, 10), 6), ((32, 32), 3), ((224, 200), 1)])
def test_that_augmentations_keep_form_and_range_and_repeat_with_their_generator(
    name: str, channels: int, size: tuple[int, int], count: int
) -> None:
    before = pictures(size, channels, count)
    kept = before.clone()
    first = changed(before, Setting(name))
    assert first.shape == before.shape
    assert first.dtype == torch.float32
    assert float(first.min()) >= -1e-6
    assert float(first.max()) <= 1 + 1e-6
    assert torch.equal(first, changed(before, Setting(name)))
    assert torch.equal(before, kept)


@pytest.mark.parametrize("name", CHANGES)
def test_that_augmentations_change_each_picture_in_its_own_way(name: str) -> None:
    same = pictures((16, 16), 3, 1).expand(40, -1, -1, -1)
    params = {"p": 0.5} if any(param.name == "p" for param in AUGMENTATIONS[name].params) else {}
    after = changed(same, Setting(name, params))
    assert not torch.equal(after, same)
    assert len({tuple(picture.flatten().tolist()) for picture in after}) >= 2
    assert not torch.equal(after, changed(same, Setting(name, params), seed=6))


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("channels", [1, 3])
def test_that_no_chance_or_no_strength_changes_nothing(name: str, channels: int) -> None:
    params = NOTHING.get(name, {"p": 0.0})
    assert set(params) <= {param.name for param in AUGMENTATIONS[name].params}
    before = pictures((17, 12), channels)
    assert torch.allclose(changed(before, Setting(name, params)), before, atol=2e-5)


@pytest.mark.parametrize("name", CHANGES)
def test_that_a_whole_batch_is_changed_as_single_pictures_are(name: str) -> None:
    """The same spread of brightness and of difference to the original, for 300 pictures together or alone."""
    one = pictures((8, 8), 3, 1)
    together = changed(one.expand(300, -1, -1, -1), Setting(name))
    augment, source = augmentation.chain([Setting(name)]), generator(9)
    assert augment is not None
    alone = torch.cat([augment(one, source) for _ in range(300)])
    for measure in (lambda x: x.mean(dim=(1, 2, 3)), lambda x: (x - one).abs().mean(dim=(1, 2, 3))):
        a, b = measure(together), measure(alone)
        error = math.sqrt((float(a.var()) + float(b.var())) / 300) + 1e-4
        assert abs(float(a.mean() - b.mean())) < 4 * error


@pytest.mark.parametrize("entry", AUGMENTATIONS, ids=lambda entry: entry.id)
@pytest.mark.parametrize("end", ["minimum", "maximum"])
@pytest.mark.parametrize("size", [(8, 8), (1, 5), (31, 40)])
def test_that_the_ends_of_all_bounds_give_pictures_too(entry, end: str, size: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    params = {param.name: getattr(param.type, end) for param in entry.params}
    if end == "minimum" and "p" in params:
        params["p"] = 1.0  # least strength, but always
    before = pictures(size)
    for seed in range(5):
        if entry.mixes:
            after, _, share = mixed(entry.id, before, seed, **params)
            assert 0 <= float(share) <= 1
        else:
            after = changed(before, Setting(entry.id, params), seed=seed)
        assert after.shape == before.shape
        assert bool(torch.isfinite(after).all())
        assert float(after.min()) >= -1e-6
        assert float(after.max()) <= 1 + 1e-6


# -- known results ------------------------------------------------------------------------------------


def test_that_flips_and_shifts_move_pixels_and_invent_none() -> None:
    before = pictures()
    assert torch.equal(movement.horizontal_flip(before, generator(), 1.0), before.flip(3))
    assert torch.equal(movement.vertical_flip(before, generator(), 1.0), before.flip(2))
    bright = before + 1
    for picture, shifted in zip(bright, movement.random_crop(bright, generator(), 2), strict=True):
        inside = shifted[shifted > 0]
        assert bool(torch.isin(inside, picture).all())


def test_that_flips_and_shifts_by_places_are_those_of_pixels() -> None:
    before = pictures()
    for name, params in (("horizontal_flip", {"p": 0.5}), ("vertical_flip", {"p": 0.5})):
        plain = getattr(movement, name)(before, generator(), **params)
        placed = getattr(movement, f"{name}_places")(before, generator(), **params)
        assert torch.allclose(movement.resample(before, placed), plain, atol=1e-5)
    places = movement.random_crop_places(before, generator(), 3)
    shifted = movement.resample(before, places)
    for picture, moved, (x, y) in zip(before, shifted, places[:, :2, 2].int().tolist(), strict=True):
        expected = torch.zeros_like(picture)
        height, width = picture.shape[1:]
        for row in range(height):
            for column in range(width):
                if 0 <= row + y < height and 0 <= column + x < width:
                    expected[:, row, column] = picture[:, row + y, column + x]
        assert torch.allclose(moved, expected, atol=1e-5)


def test_that_turning_by_90_degrees_is_torchs_rot90() -> None:
    square = pictures((9, 9))
    angle = torch.full((6,), math.pi / 2)
    zero = torch.zeros(6)
    places = movement.places_of(angle.cos(), -angle.sin(), angle.sin(), angle.cos(), zero, zero)
    assert torch.allclose(movement.resample(square, places), square.rot90(1, (2, 3)), atol=1e-5)


def test_that_perspective_shows_the_corners_that_it_drew() -> None:
    height, width = 20, 30
    places = movement.perspective(torch.zeros(50, 1, height, width), generator(), 0.6, 1.0)
    corners = torch.tensor([[x, y, 1.0] for y in (-10.0, 10.0) for x in (-15.0, 15.0)])
    seen = corners @ places.transpose(1, 2)
    assert bool((seen[..., 2] > 0).all())
    x, y = seen[..., 0] / seen[..., 2], seen[..., 1] / seen[..., 2]
    sides = torch.tensor([-1.0, 1.0, -1.0, 1.0]), torch.tensor([-1.0, -1.0, 1.0, 1.0])
    for seen_at, side, half in ((x, sides[0], 15), (y, sides[1], 10)):
        share = seen_at * side / half  # 1 at the old corner, 0.4 moved in as far as allowed
        assert float(share.min()) >= 0.4 - 1e-4
        assert float(share.max()) <= 1 + 1e-4
        assert float(share.max() - share.min()) > 0.5


def test_that_an_enlarged_part_stays_inside_of_the_picture() -> None:
    places = movement.random_resized_crop(torch.zeros(500, 1, 20, 30), generator(), 0.5, 1.3)
    across, down = places[:, 0, 0], places[:, 1, 1]
    assert float((across * down).min()) >= 0.5 / 1.3  # clamping one side keeps less
    assert float((places[:, 0, 2].abs() + across * 15).max()) <= 15 + 1e-4
    assert float((places[:, 1, 2].abs() + down * 10).max()) <= 10 + 1e-4


def test_that_movements_in_a_row_are_one_resampling_in_their_order() -> None:
    before = pictures((24, 24))
    settings = (Setting("rotate", {"degrees": 90.0}), Setting("horizontal_flip", {"p": 1.0}))
    source = generator()
    turned = movement.resample(before, movement.rotate(before, source, 90.0))
    both = changed(before, *settings)
    inner = (..., slice(7, 17), slice(7, 17))  # where no corner is cut off
    assert torch.allclose(both[inner], turned.flip(3)[inner], atol=0.01)
    assert code.augment_source(settings).count("resample(") == 1
    assert "resample(" not in code.augment_source([Setting("horizontal_flip"), Setting("random_crop")])
    apart = (settings[0], Setting("noise"), settings[0])
    assert code.augment_source(apart).count("resample(") == 2


def test_that_single_colour_changes_are_what_a_hand_computes() -> None:
    value = torch.tensor([[[[0.2, 0.6]], [[0.4, 0.8]], [[1.0, 0.0]]]])  # two pixels, three channels
    grey = np.array([0.299 * 0.2 + 0.587 * 0.4 + 0.114, 0.299 * 0.6 + 0.587 * 0.8])
    factor = torch.full((1, 1, 1, 1), 0.5)
    rgb = value[0, :, 0].numpy()
    assert np.allclose(colour.grey_of(value)[0, 0, 0], grey, atol=1e-6)
    assert np.allclose(colour.brightened(value, factor)[0, :, 0], rgb / 2)
    assert np.allclose(colour.saturated(value, factor)[0, :, 0], (rgb + grey) / 2, atol=1e-6)
    assert np.allclose(colour.contrasted(value, factor)[0, :, 0], (rgb + grey.mean()) / 2, atol=1e-6)
    assert np.allclose(colour.stretched(value)[0, :, 0], [[0, 1], [0, 1], [1, 0]], atol=1e-5)
    assert np.allclose(colour.posterized(value, 128.0)[0, :, 0] * 255, [[0, 128], [0, 128], [128, 0]])
    assert torch.allclose(colour.invert(value, generator(), 1.0), 1 - value)
    solarized = colour.solarize(value, generator(), 1.0, 0.6)
    assert torch.allclose(solarized, torch.tensor([[[[0.2, 0.4]], [[0.4, 0.2]], [[0.0, 0.0]]]]))


def test_that_evening_out_makes_a_value_the_share_of_darker_ones() -> None:
    values = torch.tensor([[10, 10, 20], [40, 20, 30], [40, 40, 40]]) / 255
    even = torch.full((3, 3), 0.5)
    got = colour.evened(torch.stack((values, even))[None])
    expected = torch.tensor([[0, 0, 2], [5, 2, 4], [5, 5, 5]]) / 5
    assert torch.allclose(got[0, 0], expected)
    assert torch.equal(got[0, 1], even)


def test_that_hue_keeps_brightness_and_grey() -> None:
    soft = pictures() * 0.2 + 0.4  # away from the ends, where values are cut off
    turned = colour.hue(soft, generator(), 0.5)
    assert torch.allclose(colour.grey_of(turned), colour.grey_of(soft), atol=2e-3)
    assert float((turned - soft).abs().max()) > 0.05
    grey = colour.grey_of(soft).expand(-1, 3, -1, -1)
    assert torch.allclose(colour.hue(grey, generator(), 0.5), grey, atol=2e-3)


def test_that_blur_spreads_a_point_as_a_gaussian(monkeypatch: pytest.MonkeyPatch) -> None:
    point = torch.zeros(1, 1, 21, 21)
    point[0, 0, 10, 10] = 1
    monkeypatch.setattr(torch, "rand", lambda *shape, **_: torch.full(shape, 0.5))
    blurred = detail.blur(point, generator(), 3.0, 1.0)[0, 0].double().numpy()  # a sigma of 1.5
    x = np.arange(21) - 10.0
    line = np.exp(-(x**2) / (2 * 1.5**2)) * (np.abs(x) <= 9)
    expected = np.outer(line, line) / line.sum() ** 2
    assert np.allclose(blurred, expected, atol=1e-6)


def test_that_sharpening_follows_the_window_of_five_and_eight() -> None:
    before = pictures((5, 6), 1, 1)
    after = detail.sharpened(before, torch.full((1, 1, 1, 1), 2.0))
    window = before[0, 0, 1:4, 2:5]
    smooth = (window.sum() + 4 * window[1, 1]) / 13
    assert float(after[0, 0, 2, 3]) == pytest.approx(float((2 * window[1, 1] - smooth).clamp(0, 1)), abs=1e-6)
    assert torch.equal(after[..., 0, :], before[..., 0, :])


# -- mixing -------------------------------------------------------------------------------------------


def mixed(name: str, before: Tensor, seed: int = 5, **params: ParamValue) -> tuple[Tensor, Tensor, Tensor]:
    mix = augmentation.mixer([Setting(name, params)])
    assert mix is not None
    return mix(before, generator(seed))


@pytest.mark.parametrize("name", MIXES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("size", "count"), [((8, 8), 1), ((13, 9), 6), ((224, 224), 2)])
def test_that_mixing_keeps_form_and_range_and_says_what_it_did(
    name: str, channels: int, size: tuple[int, int], count: int
) -> None:
    before = pictures(size, channels, count)
    after, partners, share = mixed(name, before, alpha=1.0)
    assert after.shape == before.shape
    assert sorted(partners.tolist()) == list(range(count))
    assert 0 <= float(share) <= 1
    assert torch.equal(after, mixed(name, before, alpha=1.0)[0])
    # The mean of each picture is the mean of both in the share that is told, if both are even in themselves.
    even = torch.rand(count, channels, 1, 1, generator=generator()).expand_as(before).contiguous()
    after, partners, share = mixed(name, even, alpha=1.0)
    expected = share * even + (1 - share) * even[partners]
    assert torch.allclose(after.mean(dim=(2, 3)), expected.mean(dim=(2, 3)), atol=1e-5)


@pytest.mark.parametrize("name", MIXES)
def test_that_mixing_without_a_chance_leaves_all_as_it_is(name: str) -> None:
    before = pictures()
    for seed in range(5):
        after, _, share = mixed(name, before, seed, p=0.0)
        assert torch.equal(after, before)
        assert float(share) == 1.0


def test_that_cutmix_takes_every_pixel_from_one_of_two_pictures() -> None:
    before = pictures((16, 16))
    after, partners, share = mixed("cutmix", before, 3)
    own = (after == before).all(dim=1)
    other = (after == before[partners]).all(dim=1)
    assert bool((own | other).all())
    moved = partners != torch.arange(len(before))
    assert float(own[moved].float().mean()) == pytest.approx(float(share), abs=1e-6)
    assert 0 < float(share) < 1


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_that_shares_follow_the_beta_distribution(alpha: float) -> None:
    source = generator()
    drawn = np.sort([float(mixing.random_share(source, alpha, torch.device("cpu"))) for _ in range(4000)])
    exact = np.random.default_rng(0).beta(alpha, alpha, 200_000)
    distance = np.abs(np.searchsorted(np.sort(exact), drawn) / len(exact) - np.arange(4000) / 4000).max()
    assert distance < 0.03  # Kolmogorov-Smirnov; 0.026 is passed once in a hundred tries


def test_that_two_ways_of_mixing_take_turns() -> None:
    mix = augmentation.mixer([Setting("mixup", {"alpha": 10.0}), Setting("cutmix")])
    assert mix is not None
    before, source = pictures((16, 16)), generator()
    cut = 0
    for _ in range(40):
        after, partners, _ = mix(before, source)
        cut += bool(((after == before) | (after == before[partners])).all())
    assert 8 <= cut <= 32


# -- what is chosen ------------------------------------------------------------------------------------


def test_that_what_is_switched_off_does_nothing() -> None:
    off = (Setting("noise", {}, enabled=False), Setting("mixup", {}, enabled=False))
    assert augmentation.augmenter(off) is None
    before = pictures()
    both = changed(before, Setting("invert", {"p": 1.0}), *off)
    assert torch.equal(both, 1 - before)


def test_that_the_same_augmentation_twice_acts_twice() -> None:
    before = pictures()
    twice: Sequence[Setting] = [Setting("invert", {"p": 1.0})] * 2
    assert torch.allclose(changed(before, *twice), before, atol=1e-6)
