using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Lookup;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Each element once, where it first comes.</summary>
internal sealed class UniqueDataset(Dataset input) : Dataset(input.Types, input.Shapes)
{
    /// <summary>The elements of a dataset of one component without those that came before.</summary>
    /// <exception cref="EngineException">Its elements cannot be compared.</exception>
    public static UniqueDataset Of(Dataset input) => input.Types is not [var type]
        ? throw Failure.Invalid("UniqueDataset only supports inputs with a single component.")
        : type is DType.Int32 or DType.Int64 or DType.String
            ? new UniqueDataset(input)
            : throw Failure.Invalid("UniqueDataset only supports inputs with a single `tf.int32`, `tf.int64`, or `tf.string` component.");

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration));

    private sealed class Iterator(DatasetIterator input) : DatasetIterator
    {
        private readonly HashSet<(Shape Shape, TableKey Content)> _seen = [];

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (true)
            {
                Tensor[]? element = input.Next(context);
                if (element is null || _seen.Add(KeyOf(element[0])))
                {
                    return element;
                }
            }
        }

        private static (Shape Shape, TableKey Content) KeyOf(Tensor tensor) => (tensor.Shape, new TableKey(0, BytesOf(tensor)));

        private static byte[] BytesOf(Tensor tensor) => tensor.DType != DType.String
            ? tensor.Bytes().ToArray()
            : [.. Enumerable.Range(0, tensor.Objects.Length).SelectMany(i => (byte[])[.. BitConverter.GetBytes(tensor.StringBytes(i).Length), .. tensor.StringBytes(i)])];
    }
}
