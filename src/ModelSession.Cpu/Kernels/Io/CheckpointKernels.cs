using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Io;

/// <summary>Tensors into checkpoints and out of them, in both of TensorFlow's formats.</summary>
internal static class CheckpointKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("MergeV2Checkpoints", Merge);
        table.Add("Restore", RestoreV1);
        table.Add("RestoreSlice", RestoreV1);
        table.Add("RestoreV2", Restore);
        table.Add("Save", context => SaveV1(context, hasSlices: false));
        table.Add("SaveSlices", context => SaveV1(context, hasSlices: true));
        table.Add("SaveV2", Save);
        table.Add("ShardedFilename", ShardedFilename);
        table.Add("ShardedFilespec", ShardedFilespec);
    }

    private static void Save(KernelContext context)
    {
        Value names = context.Input(1), slices = context.Input(2);
        int count = context.InputCount - 3;
        CheckNames(names, slices, count);
        Fit(() => BundleFiles.Write(Target(context), bundle =>
        {
            for (int i = 0; i < count; i++)
            {
                string name = Name(names, i);
                Tensor value = Lent(context.Input(3 + i));
                if (Slice(slices, i) is { } slice)
                {
                    bundle.AddSlice(name, slice.Full, slice.Slice, value, context.Cancel);
                }
                else
                {
                    bundle.Add(name, value, context.Cancel);
                }
            }
        }, context.Cancel));
    }

    private static void SaveV1(KernelContext context, bool hasSlices)
    {
        int first = hasSlices ? 3 : 2, count = context.InputCount - first;
        Value names = context.Input(1), slices = context.Input(hasSlices ? 2 : 1);
        CheckNames(names, slices, count);
        Fit(() =>
        {
            CheckpointV1Writer writer = new();
            for (int i = 0; i < count; i++)
            {
                Tensor value = Lent(context.Input(first + i));
                if (hasSlices && Slice(slices, i) is { } slice)
                {
                    writer.AddSlice(Name(names, i), slice.Full, slice.Slice, value);
                }
                else
                {
                    writer.Add(Name(names, i), value);
                }
            }

            BundleFiles.WriteV1(Target(context), writer, context.Cancel);
        });
    }

    private static void Restore(KernelContext context)
    {
        Value names = context.Input(1), slices = context.Input(2);
        CheckNames(names, slices, context.OutputCount);
        using CheckpointReader reader = CheckpointReader.Open(Source(context));
        for (int i = 0; i < context.OutputCount; i++)
        {
            Restore(context, reader, Name(names, i), Slice(slices, i), i);
        }
    }

    private static void RestoreV1(KernelContext context)
    {
        ShapeAndSlice? slice = context.InputCount > 2 ? Slice(context.Input(2), 0) : null;
        using CheckpointReader reader = CheckpointReader.Open(Source(context));
        Restore(context, reader, Name(context.Input(1), 0), slice, 0);
    }

    private static void Restore(KernelContext context, CheckpointReader reader, string name, ShapeAndSlice? slice, int output)
    {
        CheckpointTensor? stored = reader.Find(name);
        DType expected = context.Output(output).DType;
        if (stored is { Fault: null } && stored.DType != expected)
        {
            throw Failure.Invalid($"tensor_name = {name}; expected dtype {expected.Name()} does not equal original dtype {stored.DType.Name()}");
        }

        if (slice is { } part && stored is { Fault: null } && !stored.Shape.Equals(part.Full))
        {
            throw Failure.Invalid($"tensor_name = {name}; shape in shape_and_slice spec {part.Full} does not match the shape stored in checkpoint: {stored.Shape}");
        }

        context.Output(output).Borrow(slice is { } some ? reader.ReadSlice(name, some.Slice, context.Cancel) : reader.Read(name, context.Cancel));
    }

    private static void Merge(KernelContext context)
    {
        string[] sources = [.. context.Input(0).Objects.ToArray().Select(Text)];
        string target = Text(context.Input(1).Objects[0]);
        foreach (string prefix in (string[])[.. sources, target])
        {
            context.Session.Files.CheckWrite(prefix);
        }

        BundleFiles.Merge(sources, target, context.Node.Bool("delete_old_dirs"), context.Node.Bool("allow_missing_files"));
    }

    // A checkpoint's files lie in the folder of its prefix.
    private static string Source(KernelContext context)
    {
        string prefix = Text(context.Input(0).Objects[0]);
        context.Session.Files.CheckRead(prefix);
        return prefix;
    }

    private static string Target(KernelContext context)
    {
        string prefix = Text(context.Input(0).Objects[0]);
        context.Session.Files.CheckWrite(prefix);
        return prefix;
    }

    private static void ShardedFilename(KernelContext context) => context.Allocate(0, []).Objects[0] = Encoding.UTF8.GetBytes(CheckpointV1Files.ShardPath(
        Text(context.Input(0).Objects[0]), context.Input(1).IntegerScalar("shard"), context.Input(2).IntegerScalar("num_shards")));

    private static void ShardedFilespec(KernelContext context) => context.Allocate(0, []).Objects[0] = Encoding.UTF8.GetBytes($"{Text(context.Input(0).Objects[0])}-?????-of-{context.Input(1).IntegerScalar("num_shards"):D5}");

    private static void CheckNames(Value names, Value slices, int count)
    {
        if (names.LongCount != count || slices.LongCount != count)
        {
            throw Failure.Invalid($"tensor_names and shape_and_slices must have {count} elements, not {names.LongCount} and {slices.LongCount}.");
        }
    }

    // The writers' own words for values that do not fit together are those of the op.
    private static void Fit(Action write)
    {
        try
        {
            write();
        }
        catch (ArgumentException error)
        {
            throw Failure.Invalid(error.Message);
        }
    }

    private static Tensor Lent(Value value) => new(value.DType, value.Shape, value.Memory!);

    private static string Name(Value names, int i) => names.Objects[i] is byte[] bytes ? TensorNames.Decode(bytes) : "";

    private static ShapeAndSlice? Slice(Value slices, int i) => Text(slices.Objects[i]) is { Length: > 0 } text ? ShapeAndSlice.Parse(text) : null;

    private static string Text(object? element) => element is byte[] bytes ? Encoding.UTF8.GetString(bytes) : "";
}
