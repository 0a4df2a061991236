using System.Globalization;
using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Io;

/// <summary>Tensors into a bundle and out of it.</summary>
internal static class CheckpointKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("RestoreV2", Restore);
        table.Add("SaveV2", Save);
        table.Add("ShardedFilename", ShardedFilename);
        table.Add("ShardedFilespec", ShardedFilespec);
    }

    private static void Save(KernelContext context)
    {
        string prefix = Text(context.Input(0).Objects[0]);
        Value names = context.Input(1), slices = context.Input(2);
        int count = context.InputCount - 3;
        CheckNames(names, slices, count);
        BundleFiles.Write(prefix, Tensors(context, names, slices, count), context.Cancel);
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(KernelContext context, Value names, Value slices, int count)
    {
        for (int i = 0; i < count; i++)
        {
            CheckWhole(context, names, slices, i);
            Value value = context.Input(3 + i);
            yield return (Text(names.Objects[i]), new Tensor(value.DType, value.Shape, value.Memory!));
        }
    }

    private static void Restore(KernelContext context)
    {
        string prefix = Text(context.Input(0).Objects[0]);
        Value names = context.Input(1), slices = context.Input(2);
        CheckNames(names, slices, context.OutputCount);
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        for (int i = 0; i < context.OutputCount; i++)
        {
            CheckWhole(context, names, slices, i);
            string name = Text(names.Objects[i]);
            Tensor value = reader.Read(name, context.Cancel);
            if (value.DType != context.Output(i).DType)
            {
                throw Failure.Invalid($"tensor_name = {name}; expected dtype {context.Output(i).DType.Name()} does not equal original dtype {value.DType.Name()}");
            }

            context.Output(i).Borrow(value);
        }
    }

    private static void CheckNames(Value names, Value slices, int count)
    {
        if (names.LongCount != count || slices.LongCount != count)
        {
            throw Failure.Invalid($"tensor_names and shape_and_slices must have {count} elements, not {names.LongCount} and {slices.LongCount}.");
        }
    }

    private static void CheckWhole(KernelContext context, Value names, Value slices, int i)
    {
        if (Text(slices.Objects[i]) is { Length: > 0 } slice)
        {
            throw new UnsupportedFeatureException(
                $"'{Text(names.Objects[i])}' is part '{slice}' of a partitioned variable, which the embedded engine's {context.Node.Type} does not know.",
                $"{context.Node.Type} of slices");
        }
    }

    private static void ShardedFilename(KernelContext context) => context.Allocate(0, []).Objects[0] = Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{Text(context.Input(0).Objects[0])}-{context.Input(1).IntegerScalar("shard"):D5}-of-{context.Input(2).IntegerScalar("num_shards"):D5}"));

    private static void ShardedFilespec(KernelContext context) => context.Allocate(0, []).Objects[0] = Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Text(context.Input(0).Objects[0])}-?????-of-{context.Input(1).IntegerScalar("num_shards"):D5}"));

    private static string Text(object? element) => element is byte[] bytes ? Encoding.UTF8.GetString(bytes) : "";
}
