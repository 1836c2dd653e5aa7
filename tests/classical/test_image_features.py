"""Hand-made image features against scikit-image, OpenCV, loops written out, and known truths."""

import warnings

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.errors import DataError

NAMES = catalogue.names("classical/features/image")


def build(name):
    return catalogue.load("classical/features/image", name).build()


def smooth(size, channels, n=6, seed=0):
    """Images with structure at a scale of a quarter of their size."""
    import cv2

    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (n, size, size, channels)).astype(np.float32)
    blurred = np.stack(
        [cv2.GaussianBlur(one, (0, 0), size / 12).reshape(size, size, channels) for one in noise]
    )
    low, high = blurred.min(axis=(1, 2, 3), keepdims=True), blurred.max(axis=(1, 2, 3), keepdims=True)
    return ((blurred - low) / (high - low) * 255).astype(np.uint8)


def named(module, images):
    """Columns by name: {name: values [n]}."""
    return dict(zip(module.names(images.shape[1:]), module.measure(images).T, strict=True))


def disc(size=64, radius=20, centre=None):
    y, x = np.mgrid[:size, :size]
    cy, cx = centre or ((size - 1) / 2, (size - 1) / 2)
    return ((((y - cy) ** 2 + (x - cx) ** 2) < radius**2) * 255).astype(np.uint8)[None, :, :, None]


# --- every feature of the catalogue


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size, channels", [(4, 1), (5, 3), (8, 1), (13, 3), (28, 1), (64, 3), (127, 1)])
def test_every_feature_gives_named_finite_columns(name, size, channels):
    images = np.concatenate([smooth(size, channels), np.zeros((1, size, size, channels), np.uint8)])
    images = np.concatenate([images, np.full((1, size, size, channels), 255, np.uint8)])
    feature = build(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = feature.fit_transform(images)
    columns = feature.get_feature_names_out()
    assert table.dtype == np.float32 and table.shape == (len(images), len(columns))
    assert np.isfinite(table).all()
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_does_not_depend_on_its_batch(name):
    images = smooth(28, 1, n=500)
    feature = build(name)
    together = feature.transform(images)
    np.testing.assert_allclose(together[-1:], feature.transform(images[-1:]), rtol=2e-4, atol=2e-5)
    np.testing.assert_array_equal(together, feature.transform(images))
    np.testing.assert_allclose(together, feature.transform(list(images)), rtol=2e-4, atol=2e-5)


def test_names_are_unique_across_features_and_the_table_is_bounded():
    for shape_, most in (((8, 8, 1), 600), ((28, 28, 1), 1500), ((64, 64, 3), 1700), ((128, 128, 3), 1700)):
        every = [n for name in NAMES for n in catalogue.load("classical/features/image", name).names(shape_)]
        assert len(set(every)) == len(every) <= most


@pytest.mark.parametrize("name", NAMES)
def test_files_tell_what_they_are(name):
    from sklearn.base import clone

    module = catalogue.load("classical/features/image", name)
    assert module.STATELESS and module.TITLE.en
    assert 0 < module.cost((8, 8, 1)) < module.cost((28, 28, 1)) < module.cost((64, 64, 3)) < 2e-3
    assert clone(module.build()).get_params() == module.build().get_params()


def test_saved_with_skops_and_loaded_again():
    import skops.io as sio

    feature = build("hog").fit(smooth(16, 1))
    blob = sio.dumps(feature)
    trusted = sio.get_untrusted_types(data=blob)
    assert all(kind.startswith("nikti.") for kind in trusted)
    again = sio.loads(blob, trusted=trusted)
    np.testing.assert_array_equal(again.transform(smooth(16, 1)), feature.transform(smooth(16, 1)))
    assert list(again.get_feature_names_out()) == list(feature.get_feature_names_out())


def test_images_of_another_size_are_refused():
    with pytest.raises(DataError, match=r"\[8, 8, 1\].*\[16, 16, 1\]"):
        build("pixels").fit(smooth(16, 1)).transform(smooth(8, 1))
    with pytest.raises(DataError, match="at least one"):
        build("pixels").fit(smooth(16, 1)).transform(smooth(8, 1)[:0])


# --- the grid


def test_area_means_agree_with_opencv():
    import cv2

    from nikti.classical.features.image._grid import area_weights, grid_mean

    image = smooth(30, 1)[0, :, :, 0]
    for cells in (5, 7, 16):
        expected = cv2.resize(image.astype(np.float32), (cells, cells), interpolation=cv2.INTER_AREA)
        np.testing.assert_allclose(grid_mean(image[None], cells)[0], expected, atol=0.05)
    np.testing.assert_allclose(area_weights(30, 7).sum(axis=1), 1, rtol=1e-6)


def test_small_images_are_their_pixels():
    from nikti.classical.features.image import pixels

    images = smooth(8, 1)
    np.testing.assert_allclose(pixels.measure(images), images.reshape(len(images), -1) / 255, atol=1e-6)


# --- colour


def test_colour_moments_agree_with_scipy():
    from scipy import stats

    from nikti.classical.features.image import colour
    from nikti.classical.features.image._grid import grey

    images = smooth(20, 3)
    columns = named(colour, images)
    for plane, name in enumerate(("red", "green", "blue")):
        values = images[..., plane].reshape(len(images), -1) / 255
        np.testing.assert_allclose(columns[f"{name}: mean"], values.mean(axis=1), atol=1e-6)
        np.testing.assert_allclose(columns[f"{name}: spread"], values.std(axis=1), atol=1e-5)
        np.testing.assert_allclose(columns[f"{name}: skew"], stats.skew(values, axis=1), atol=1e-3)
    values = grey(images).reshape(len(images), -1)
    entropy = [stats.entropy(np.bincount(one), base=2) for one in values]
    np.testing.assert_allclose(columns["brightness: entropy (bits)"], entropy, atol=1e-4)
    expected = np.percentile(values, 75, axis=1, method="inverted_cdf") / 255
    np.testing.assert_allclose(columns["brightness: 75th percentile"], expected, atol=1e-6)


@pytest.mark.parametrize(
    "rgb, tone",
    [
        ((255, 0, 0), "red"),
        ((255, 0, 20), "red"),
        ((255, 128, 0), "orange"),
        ((255, 255, 0), "yellow"),
        ((0, 255, 0), "green"),
        ((0, 255, 255), "cyan"),
        ((0, 0, 255), "blue"),
        ((255, 0, 255), "magenta"),
        ((0, 0, 0), "black"),
        ((128, 128, 128), "grey"),
        ((255, 255, 255), "white"),
    ],
)
def test_hues_are_named_as_people_name_them(rgb, tone):
    from nikti.classical.features.image import colour

    image = np.full((1, 6, 6, 3), rgb, np.uint8)
    columns = named(colour, image)
    assert columns[f"hue: share of {tone}"] == pytest.approx(1)
    assert sum(columns[f"hue: share of {other}"] for other in colour.TONES) == pytest.approx(1)


def test_a_half_green_picture_is_half_green():
    from nikti.classical.features.image import colour

    image = np.zeros((1, 10, 10, 3), np.uint8)
    image[:, :5] = (0, 200, 0)
    assert named(colour, image)["hue: share of green"] == pytest.approx(0.5)


# --- histograms of oriented gradients


def bars(angle, size=32):
    """Waves whose brightness changes along `angle` (degrees, anticlockwise from the right)."""
    y, x = np.mgrid[:size, :size]
    turn = np.deg2rad(angle)
    wave = np.sin(2 * np.pi * (x * np.cos(turn) - y * np.sin(turn)) / 8)
    return ((wave + 1) * 127).astype(np.uint8)[None, :, :, None]


@pytest.mark.parametrize("angle", [0, 20, 40, 80, 100, 160])
def test_the_strongest_direction_is_that_of_the_gradient(angle):
    from nikti.classical.features.image import hog as own_hog

    cells = own_hog.measure(bars(angle))[0, : 8 * 8 * 9].reshape(8, 8, 9)
    assert (cells.argmax(axis=-1) == angle // 20).mean() > 0.95
    assert own_hog.names((32, 32, 1))[angle // 20] == f"edge strength, row 1 column 1, {angle} degrees"


def test_an_upright_edge_has_its_gradient_level():
    from nikti.classical.features.image import hog as own_hog

    image = np.zeros((1, 16, 16, 1), np.uint8)
    image[:, :, 8:] = 255
    columns = named(own_hog, image)
    strong = {name for name, value in columns.items() if name.startswith("edge strength") and value[0] > 0.1}
    assert strong and all(name.endswith(", 0 degrees") for name in strong)


def test_hog_cells_agree_with_a_loop():
    from nikti.classical.features.image import hog as own_hog

    image = smooth(20, 3, n=1, seed=3)
    side, size = own_hog.cells_per_side(20), 20
    planes = image[0].astype(np.float64)
    down, right = np.gradient(planes, axis=(0, 1))
    cells = np.zeros((side, side, 9))
    weights = own_hog.soft_weights(size, side).astype(np.float64)
    for y in range(size):
        for x in range(size):
            best = int(np.argmax(right[y, x] ** 2 + down[y, x] ** 2))
            strength = np.hypot(right[y, x, best], down[y, x, best]) / 255
            turn = np.degrees(np.arctan2(-down[y, x, best], right[y, x, best])) % 180 / 20
            lower = int(turn) % 9
            for direction, share in ((lower, 1 - turn % 1), ((lower + 1) % 9, turn % 1)):
                cells[:, :, direction] += np.outer(weights[:, y], weights[:, x]) * strength * share
    around = np.pad((cells**2).sum(-1), 1, mode="edge")
    expected = np.zeros_like(cells)
    for y in range(side):
        for x in range(side):
            for dy in (0, 1):
                for dx in (0, 1):
                    block = around[y + dy : y + dy + 2, x + dx : x + dx + 2].sum()
                    expected[y, x] += np.minimum(cells[y, x] / np.sqrt(block + own_hog.FLAT**2), 0.2) / 4
    np.testing.assert_allclose(own_hog.measure(image)[0, : cells.size], expected.ravel(), atol=2e-4)


def test_hog_goes_with_scikit_image():
    """scikit-image counts each pixel for one bin (from 0, not around 0) and one cell, so the two
    correlate rather than agree."""
    from skimage.feature import hog

    from nikti.classical.features.image import hog as own_hog

    image = smooth(64, 1, n=1, seed=1)
    theirs = hog(image[0, :, :, 0], 9, (8, 8), (1, 1), feature_vector=False)[:, :, 0, 0]  # [8, 8, 9]
    ours = own_hog.measure(image)[0, : 8 * 8 * 9].reshape(8, 8, 9)
    ours = ours / np.linalg.norm(ours, axis=-1, keepdims=True)
    between = (ours + np.roll(ours, -1, axis=-1)) / 2  # centred at 10, 30, ... degrees as theirs
    turned = theirs[..., ::-1]  # theirs are counted clockwise
    assert np.corrcoef(turned.ravel(), between.ravel())[0, 1] > 0.85
    assert np.corrcoef(theirs.ravel(), between.ravel())[0, 1] < 0.5


# --- local binary patterns


def test_lbp_codes_agree_with_scikit_image():
    from skimage.feature import multiblock_lbp
    from skimage.transform import integral_image

    from nikti.classical.features.image import lbp

    plane = smooth(16, 1, n=1, seed=2)[0, :, :, 0]
    integral = integral_image(plane.astype(np.float32))
    ours = lbp.codes_of(plane[None])[0]
    # Their bit 7 is the upper left neighbour, and on clockwise; ours bit 0 the right one, anticlockwise.
    order = (3, 2, 1, 0, 7, 6, 5, 4)
    for y in range(14):
        for x in range(14):
            theirs = multiblock_lbp(integral, y, x, 1, 1)
            expected = sum(((int(theirs) >> (7 - k)) & 1) << bit for k, bit in enumerate(order))
            assert ours[y, x] == expected


def test_lbp_patterns_are_named_by_what_they_show():
    from nikti.classical.features.image import lbp

    image = np.full((1, 9, 9, 1), 50, np.uint8)
    image[:, 4, 4] = 200  # a bright dot: the pixel itself has no brighter neighbour
    columns = named(lbp, image)
    assert columns["texture: no neighbour brighter"] == pytest.approx(1 / 49)
    ramp = np.tile(np.arange(0, 90, 10, dtype=np.uint8), (9, 1))[None, :, :, None]  # brighter to the right
    assert named(lbp, ramp)["texture: 5 brighter in a row from 270 degrees"] == pytest.approx(1)
    assert lbp.RUN_OF.max() == 58 and (np.bincount(lbp.RUN_OF, minlength=59)[:58] == 1).all()


def test_lbp_cells_are_shares():
    from nikti.classical.features.image import lbp

    table = lbp.measure(smooth(28, 1))
    np.testing.assert_allclose(table[:, :59].sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(table[:, 59:].reshape(6, -1, 10).sum(axis=-1), 1, atol=1e-6)


# --- Haralick


def test_glcm_agrees_with_scikit_image():
    from skimage.feature import graycomatrix, graycoprops

    from nikti.classical.features.image import glcm

    images = smooth(20, 1)
    table = glcm.measure(images).reshape(len(images), 2, 4, 6)
    clockwise = -np.deg2rad(list(glcm.ANGLES))  # as theirs are counted
    for image, row in zip(images, table, strict=True):
        matrix = graycomatrix(image[..., 0] // 16, glcm.STEPS, clockwise, 16, symmetric=True, normed=True)
        for k, prop in enumerate(glcm.PROPERTIES):
            if prop == "entropy":
                expected = -(matrix * np.log2(np.where(matrix > 0, matrix, 1))).sum(axis=(0, 1))
            else:
                expected = graycoprops(matrix, prop)
            np.testing.assert_allclose(row[0, :, k], expected[0], rtol=1e-4, atol=1e-5)
            # On a diagonal theirs goes round(3 / sqrt(2)) pixels each way, ours 3.
            np.testing.assert_allclose(row[1, ::2, k], expected[1, ::2], rtol=1e-4, atol=1e-5)


# --- edges


def test_edges_of_a_square_are_where_it_is():
    from nikti.classical.features.image import edges

    image = np.zeros((1, 32, 32, 1), np.uint8)
    image[:, 2:6, 2:6] = 255
    columns = named(edges, image)
    assert columns["edge density, row 1 column 1"] > 0.3
    assert columns["edge density, row 3 column 3"] == 0
    assert columns["edges: share that is upright"] == pytest.approx(0.5, abs=1e-3)
    assert named(edges, bars(0))["edges: share that is upright"] == pytest.approx(1, abs=1e-3)
    assert named(edges, bars(30))["edges: share of one common direction (coherence)"] > 0.95


def test_sharpness_agrees_with_opencv_and_falls_with_blur():
    import cv2

    from nikti.classical.features.image import edges

    image = smooth(40, 1, n=1)
    expected = cv2.Laplacian(image[0, :, :, 0].astype(np.float64), cv2.CV_64F)[1:-1, 1:-1].std() / 255
    assert named(edges, image)["sharpness (spread of the Laplacian)"][0] == pytest.approx(expected, rel=1e-4)
    soft = cv2.GaussianBlur(bars(30)[0, :, :, 0], (0, 0), 1.5)[None, :, :, None]
    key = "sharpness (spread of the Laplacian)"
    assert named(edges, soft)[key] < 0.7 * named(edges, bars(30))[key]


# --- profiles


def test_profiles_and_symmetry():
    from nikti.classical.features.image import profiles

    image = smooth(16, 1, n=1)
    columns = named(profiles, image)
    plane = image[0, :, :, 0] / 255
    assert columns["profile: mean brightness of row 3 of 16"][0] == pytest.approx(plane[2].mean(), abs=1e-5)
    assert columns["profile: spread of column 5 of 16"][0] == pytest.approx(plane[:, 4].std(), abs=1e-5)
    expected = np.corrcoef(plane.ravel(), plane[:, ::-1].ravel())[0, 1]
    assert columns["symmetry: left and right (correlation)"][0] == pytest.approx(expected, abs=1e-4)
    assert named(profiles, disc())["symmetry: half turn (correlation)"][0] == pytest.approx(1, abs=1e-5)
    right = np.zeros((1, 8, 8, 1), np.uint8)
    right[:, :, 6:] = 255
    assert named(profiles, right)["profile: brightness centre, from left"][0] == pytest.approx(7 / 8)


# --- shape


def test_otsu_agrees_with_scikit_image():
    from skimage.filters import threshold_otsu

    from nikti.classical.features.image import shape

    images = smooth(24, 1, n=8)
    masks, _ = shape.foreground(images[..., 0])
    for image, mask in zip(images[..., 0], masks, strict=True):
        theirs = image > threshold_otsu(image)
        assert (mask == theirs).all() or (mask == ~theirs).all()


def blobs():
    masks = [disc()[0, :, :, 0] > 0]
    y, x = np.mgrid[:64, :64]
    masks.append((np.abs(y - 30) < 8) & (np.abs(x - 25 - y * 0.3) < 15))
    masks.append(((y - 30) ** 2 / 80 + (x - 20) ** 2 / 250 < 1) | ((y - 50) ** 2 + (x - 50) ** 2 < 30))
    masks.append((np.hypot(y - 31, x - 31) < 20) & (np.hypot(y - 31, x - 31) > 10))
    return np.stack(masks)


def test_hu_moments_agree_with_opencv():
    import cv2

    from nikti.classical.features.image import shape

    masks = blobs()
    columns = named(shape, (masks * 200).astype(np.uint8)[..., None])
    for k in range(len(masks)):
        hu = cv2.HuMoments(cv2.moments(masks[k].astype(np.uint8), True)).ravel()
        expected = np.sign(hu) * np.log10(1 + np.abs(hu) * 1e6)
        ours = [columns[f"object: Hu moment {j}"][k] for j in range(1, 8)]
        np.testing.assert_allclose(ours, expected, rtol=1e-3, atol=1e-3)


def test_object_measures_agree_with_scikit_image():
    from skimage.measure import euler_number, label, regionprops
    from skimage.morphology import convex_hull_image

    from nikti.classical.features.image import shape

    masks = blobs()
    columns = named(shape, (masks * 200).astype(np.uint8)[..., None])
    for k, mask in enumerate(masks):
        whole = regionprops(mask.astype(np.uint8))[0]
        top, left, bottom, right = whole.bbox
        get = {name: values[k] for name, values in columns.items()}
        assert get["object: area (share of the picture)"] == pytest.approx(whole.area / 64**2, rel=1e-5)
        assert get["object: width"] == pytest.approx((right - left) / 64)
        assert get["object: height"] == pytest.approx((bottom - top) / 64)
        assert get["object: share of its box"] == pytest.approx(whole.extent, rel=1e-5)
        assert get["object: eccentricity"] == pytest.approx(whole.eccentricity, abs=1e-3)
        assert get["object: pieces"] == label(mask, connectivity=2).max()
        assert get["object: pieces less holes"] == euler_number(mask, connectivity=2)
        hull = convex_hull_image(mask, offset_coordinates=True).sum()
        assert get["object: solidity (share of convex hull)"] == pytest.approx(whole.area / hull, abs=0.04)
        double = 2 * (whole.orientation + np.pi / 2)  # theirs counts from the rows' axis
        if whole.eccentricity > 0.1:
            assert get["object: lean (cosine of twice the angle)"] == pytest.approx(np.cos(double), abs=1e-2)
            assert abs(get["object: lean (sine of twice the angle)"]) == pytest.approx(
                abs(np.sin(double)), abs=1e-2
            )


def test_a_disc_is_round_and_inverting_it_changes_only_the_contrast():
    from nikti.classical.features.image import shape

    columns, turned = named(shape, disc()), named(shape, 255 - disc())
    assert columns["object: roundness"][0] == pytest.approx(1, abs=0.12)
    assert columns["object: length of outline"][0] * 64 == pytest.approx(2 * np.pi * 20, rel=0.06)
    assert columns["object: solidity (share of convex hull)"][0] > 0.95
    for name in columns:
        sign = -1 if name.startswith("object: contrast") else 1
        assert turned[name][0] == pytest.approx(sign * columns[name][0], abs=1e-5)


def test_lean_is_positive_for_a_stroke_like_a_slash():
    from nikti.classical.features.image import shape

    image = np.zeros((1, 32, 32, 1), np.uint8)
    image[0, np.arange(5, 27), np.arange(26, 4, -1)] = 255  # from lower left to upper right
    assert named(shape, image)["object: lean (sine of twice the angle)"][0] == pytest.approx(1, abs=0.01)


# --- all together


def test_accuracy_on_digits():
    from sklearn.datasets import load_digits
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    digits = load_digits()
    images = (digits.images * 255 / 16).astype(np.uint8)[..., None]
    rows = np.random.default_rng(0).permutation(len(images))
    train, test = rows[:1437], rows[1437:]
    table = np.hstack([build(name).transform(images) for name in NAMES])
    model = make_pipeline(StandardScaler(), SVC(C=5)).fit(table[train], digits.target[train])
    assert model.score(table[test], digits.target[test]) >= 0.98
