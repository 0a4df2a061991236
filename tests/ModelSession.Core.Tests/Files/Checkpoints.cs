using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Small checkpoints for tests.</summary>
internal static class Checkpoints
{
    /// <summary>Writes a bundle of one data file; the prefix.</summary>
    public static string Write(string prefix, params (string Name, Tensor Value)[] tensors)
    {
        BundleFiles.Write(prefix, bundle =>
        {
            foreach ((string name, Tensor value) in tensors)
            {
                bundle.Add(name, value);
            }
        }, default);
        return prefix;
    }

    /// <summary>A tensor of each type, with values of all bits; with elements, without, and a scalar.</summary>
    public static IEnumerable<(string Name, Tensor Value)> OfAllTypes()
    {
        foreach (DType dtype in Enum.GetValues<DType>().Where(dtype => dtype.IsKnown() && dtype is not (DType.Resource or DType.Variant)))
        {
            foreach ((string kind, Shape shape) in new (string, Shape)[] { ("matrix", [3, 5]), ("scalar", []), ("empty", [0, 4]) })
            {
                yield return ($"{kind}/{dtype.Name()}", Filled(dtype, shape));
            }
        }
    }

    /// <summary>A tensor of fixed, arbitrary values.</summary>
    public static Tensor Filled(DType dtype, Shape shape)
    {
        Tensor tensor = Tensor.Zeros(dtype, shape);
        Random random = new((int)dtype);
        if (dtype == DType.String)
        {
            for (int i = 0; i < tensor.Objects.Length; i++)
            {
                byte[] text = new byte[i * 37 % 300];
                random.NextBytes(text);
                tensor.Objects[i] = text;
            }

            return tensor;
        }

        random.NextBytes(tensor.Bytes());
        for (int i = 0; i < tensor.Bytes().Length; i++)
        {
            // Booleans are 0 and 1, integers of four bits have the upper half clear.
            tensor.Bytes()[i] &= dtype == DType.Bool ? (byte)1 : dtype is DType.Int4 or DType.UInt4 ? (byte)15 : (byte)255;
        }

        return tensor;
    }
}
