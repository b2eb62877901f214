"""What people read when a layer cannot take what arrives: the exact words, and the ways out."""

from __future__ import annotations

import pytest

from studio.core.params import ParamError, ParamValue, check_params
from studio.graph.layer_type import ShapeError, Shapes
from studio.layers.catalogue import LAYERS


def refused(layer_id: str, inputs: Shapes, **params: ParamValue) -> ShapeError:
    layer = LAYERS[layer_id]
    with pytest.raises(ShapeError) as caught:
        layer.shape(check_params(layer.params, params), inputs)
    return caught.value


def test_that_a_kernel_larger_than_the_picture_names_the_largest_that_fits() -> None:
    error = refused("conv2d", ((1, 4, 4),), kernel_size=5, padding=0)
    assert str(error) == (
        "a 5×5 kernel does not fit into a 4×4 picture. Use a kernel of 4 or less, or add padding."
    )
    assert error.param == "kernel_size"
    assert error.suggestions == (("kernel_size", 4), ("padding", 1))


def test_that_padding_and_dilation_are_named_where_they_count() -> None:
    error = refused("conv2d", ((1, 6, 6),), kernel_size=3, dilation=4, padding=1)
    assert str(error) == (
        "a 3×3 kernel spread over 9×9 by its dilation does not fit into a 6×6 picture, 8×8 with its padding. "
        "Use a kernel of 2 or less."
    )
    assert error.suggestions == (("kernel_size", 2), ("dilation", 1))


def test_that_pooling_does_not_advise_padding_it_would_refuse() -> None:
    error = refused("max_pool1d", ((3, 2),), kernel_size=7)
    assert str(error) == (
        "a kernel of length 7 does not fit into a sequence of length 2. "
        "Use a kernel of 2 or less, or add padding."
    )
    error = refused("max_pool2d", ((3, 1, 1),))
    assert error.suggestions == (("kernel_size", 1), ("padding", 1))


def test_that_a_list_where_a_picture_is_wanted_says_so() -> None:
    error = refused("conv2d", ((784,),))
    assert str(error) == (
        "what arrives has 1 dimension (784), but this layer wants 3: channels, height and width. "
        "Put an Unflatten layer in front of it to rearrange the numbers."
    )
    assert error.wants_rank == (3,)


def test_that_the_sibling_for_other_dimensions_is_named() -> None:
    assert "Use BatchNorm1d instead, or put an Unflatten" in str(refused("batch_norm2d", ((16,),)))
    assert "Use BatchNorm2d instead, or put an Unflatten" in str(refused("batch_norm1d", ((3, 8, 8),)))
    assert "Use Conv1d instead" in str(refused("conv2d", ((4, 20),)))
    assert "Use MaxPool2d instead" in str(refused("max_pool1d", ((4, 20, 20),)))
    assert "Use Dropout instead" in str(refused("dropout2d", ((10,),)))


def test_that_groups_name_a_number_that_divides() -> None:
    error = refused("conv2d", ((6, 8, 8),), groups=4)
    assert str(error) == (
        "6 channels cannot be split evenly into 4 groups. "
        "Use 2 for the groups, or change the channels of the layer before."
    )
    assert error.suggestions[0] == ("groups", 2)
    error = refused("conv2d", ((8, 8, 8),), groups=4, out_channels=6)
    assert error.suggestions == (("out_channels", 8), ("groups", 1))


def test_that_size_keeping_padding_wants_a_stride_of_one() -> None:
    error = refused("conv2d", ((1, 8, 8),), padding=None, stride=2, kernel_size=5)
    assert error.suggestions == (("padding", 2), ("stride", 1))


def test_that_a_transposed_convolution_cannot_cut_its_result_away() -> None:
    error = refused("conv_transpose2d", ((1, 4, 4),), padding=9)
    assert str(error) == (
        "a padding of 9 on every side cuts away all of the result, which is an 8×8 picture. "
        "Use a padding of 3 or less."
    )
    # torch lets a result of size 0 pass here, of which nothing can be learnt.
    assert "Use no padding." in str(refused("conv_transpose2d", ((1, 1, 1),), padding=1))


def test_that_pooling_refuses_more_padding_than_half_a_kernel() -> None:
    error = refused("avg_pool2d", ((1, 8, 8),), kernel_size=3, padding=2)
    assert str(error) == (
        "a padding of 2 is more than half of a 3×3 kernel. Use a padding of 1 or less, or a larger kernel."
    )


def test_that_heads_must_divide_the_features() -> None:
    error = refused("multihead_attention", ((10, 6),), num_heads=4)
    assert str(error) == (
        "6 features cannot be split evenly among 4 heads. "
        "Use 3, 6 or 2 heads, or make the layer before give a multiple of 4 features."
    )
    assert [value for _, value in error.suggestions] == [3, 6, 2]


def test_that_group_norm_offers_the_nearest_divisors() -> None:
    error = refused("group_norm", ((6, 3, 3),), num_groups=4)
    assert error.suggestions == (("num_groups", 3), ("num_groups", 6), ("num_groups", 2))


def test_that_instance_norm_refuses_a_single_point() -> None:
    assert "nothing to average over" in str(refused("instance_norm2d", ((6, 1, 1),)))


@pytest.mark.parametrize("layer_id", ["softmax", "log_softmax"])
def test_that_samples_of_a_batch_are_never_mixed(layer_id: str) -> None:
    error = refused(layer_id, ((10,),), dim=0)
    assert "samples must not be mixed" in str(error)
    assert error.suggestions[0] == ("dim", 1)


def test_that_unflatten_offers_a_square_picture_with_the_same_channels() -> None:
    error = refused("unflatten", ((16 * 7 * 7,),), unflattened_size=(16, 5, 5))
    assert str(error) == (
        "784 numbers cannot be arranged as 16×5×5, which is 400. "
        "Use sizes whose product is 784, or write -1 for the one to be worked out."
    )
    assert error.suggestions[0] == ("unflattened_size", (16, 7, 7))


def test_that_unflatten_works_out_one_size_only() -> None:
    assert "Write -1 once at most." in str(refused("unflatten", ((12,),), unflattened_size=(-1, -1)))
    assert "leaves no numbers" in str(refused("unflatten", ((12,),), unflattened_size=(0, 12)))


def test_that_permute_shows_an_order_that_would_fit() -> None:
    error = refused("permute", ((1, 28, 28),))
    assert error.suggestions == (("dims", (3, 2, 1)),)
    assert error.wants_rank == (2,)


def test_that_add_names_the_dimension_in_which_the_branches_differ() -> None:
    error = refused("add", ((8, 6, 6), (4, 6, 6)))
    assert str(error) == (
        "8×6×6 and 4×6×6 cannot be added: they differ in channels (8 and 4). "
        "Give the layers in front of this one the same output size, or use a Concatenate layer."
    )


def test_that_add_does_not_send_to_concatenate_where_that_would_not_do() -> None:
    error = refused("add", ((32, 7, 7), (16, 28, 28)))
    assert str(error) == (
        "32×7×7 and 16×28×28 cannot be added: they differ in channels (32 and 16) and in height (7 and 28) "
        "and in width (7 and 28). Give the layers in front of this one the same output size."
    )
    assert "they differ in dimension 2 (4 and 5)" in str(refused("add", ((6, 4), (6, 5))))


def test_that_branches_with_different_numbers_of_dimensions_never_meet() -> None:
    assert refused("add", ((8, 6, 6), (6,))).wants_rank == (3,)
    assert refused("concatenate", ((8, 6), (8, 6, 6))).wants_rank == (2,)


def test_that_concatenate_offers_the_dimension_that_would_do() -> None:
    error = refused("concatenate", ((8, 6), (8, 5)))
    assert error.suggestions == (("dim", 2),)


def test_that_a_wrong_value_names_its_label() -> None:
    with pytest.raises(ParamError, match=r"^Kernel size: must be at least 1, received 0\.$"):
        check_params(LAYERS["conv2d"].params, {"kernel_size": 0})
