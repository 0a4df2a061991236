namespace ModelSessions.Tests.Files;

/// <summary>Slices element by element, for comparison.</summary>
internal static class Slices
{
    /// <summary>A slice of a tensor.</summary>
    public static Tensor Cut(Tensor whole, TensorSlice slice)
    {
        TensorSlice inside = slice.In(whole.Shape);
        Tensor part = Tensor.Zeros(whole.DType, inside.ShapeIn(whole.Shape));
        int size = whole.DType.Size();
        for (int i = 0; i < part.ElementCount; i++)
        {
            int from = 0, rest = i, stride = 1;
            for (int axis = whole.Shape.Rank - 1; axis >= 0; axis--)
            {
                from += (int)(inside.Start(axis) + rest % part.Shape[axis]) * stride;
                rest /= (int)part.Shape[axis];
                stride *= (int)whole.Shape[axis];
            }

            if (whole.DType == DType.String)
            {
                part.Objects[i] = whole.Objects[from];
            }
            else
            {
                whole.Bytes().Slice(from * size, size).CopyTo(part.Bytes()[(i * size)..]);
            }
        }

        return part;
    }
}
