using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Normal numbers between given bounds.</summary>
internal static class TruncatedNormalKernels
{
    // With parameters for all numbers alike, they are drawn in parts of this length.
    private const int PartLength = 100;

    // What TensorFlow sets aside for each number.
    private const int MostTries = 1000;

    private static readonly TypeSet Types = TypeSet.Wide | TypeSet.Of(DType.Float16);

    public static void Register(KernelTable table)
    {
        table.Add("ParameterizedTruncatedNormal", "dtype", Types, Stateful);
        table.Add("StatelessParameterizedTruncatedNormal", "dtype", Types, (node, _) => node.DType("dtype") switch
        {
            DType.Float16 => Stateless<Half>,
            DType.Float32 => Stateless<float>,
            _ => Stateless<double>,
        });
    }

    private static Kernel Stateful(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        return node.DType("dtype") switch
        {
            DType.Float16 => context => Draw<Half>(context, generator),
            DType.Float32 => context => Draw<float>(context, generator),
            _ => context => Draw<double>(context, generator),
        };
    }

    // Parameters belong to the rows of the first dimension.
    private static void Draw<T>(KernelContext context, Generator generator)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Value result = context.Allocate(0, ParameterSamples.Shape(context.Input(0), [], appended: true));
        if (result.Rank == 0)
        {
            throw Failure.Invalid("Shape tensor must not be empty, got shape: [0]");
        }

        int rows = checked((int)result.Dimensions[0]), width = rows == 0 ? 0 : result.Count / rows;
        bool same = context.Input(1).LongCount == 1 && context.Input(2).LongCount == 1 && context.Input(3).Rank == 0 && context.Input(4).Rank == 0;
        CheckParameters(context, same ? 1 : rows);
        int parts = same ? (result.Count + PartLength - 1) / PartLength : rows, length = same ? PartLength : width;
        BoundedNormal<T> numbers = new(generator.Take((ulong)(parts * 2L * MostTries * (length + 3L) / 4)));
        for (int part = 0; part < parts; part++)
        {
            Interruption.Check();
            BoundedNormal<T>.Bounds bounds = new(Parameter(1, part), Parameter(2, part), Parameter(3, part), Parameter(4, part));
            numbers.Fill(result.Span<T>(), part * length, 1, System.Math.Min(length, result.Count - part * length), bounds);
            context.Cancel.ThrowIfCancellationRequested();
        }

        T Parameter(int input, int part)
        {
            Span<T> values = context.Input(input).Span<T>();
            return values[values.Length == 1 ? 0 : part];
        }
    }

    private static void CheckParameters(KernelContext context, int rows)
    {
        for (int input = 1; input <= 4; input++)
        {
            Value parameter = context.Input(input);
            if (parameter.Rank > 1 || (parameter.LongCount != 1 && parameter.LongCount != rows))
            {
                throw Failure.Invalid($"Input {context.Node.Schema.Definition.InputArg[input].Name} should be a scalar or have length 1 or shape[0], got shape: {parameter.Shape}");
            }
        }
    }

    // Parameters belong to the last dimensions.
    private static void Stateless<T>(KernelContext context)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Philox stream = StatelessRandomKernels.StreamOfSeed(context.Input(1));
        long[] batch = [];
        for (int input = 2; input <= 5; input++)
        {
            ReadOnlySpan<long> other = context.Input(input).Dimensions;
            long[] merged = new long[System.Math.Max(batch.Length, other.Length)];
            batch = BroadcastLoop.TryMerge(batch, other, merged)
                ? merged
                : throw Failure.Invalid($"means, stddevs, minvals, maxvals must have compatible batch dimensions; that of input {input} is {context.Input(input).Shape}");
        }

        Value result = context.Allocate(0, ParameterSamples.Shape(context.Input(0), batch, appended: false));
        int parameters = checked((int)new Shape(batch).ElementCount), samples = parameters == 0 ? 0 : result.Count / parameters;
        Span<T> means = Expanded(2), deviations = Expanded(3), lows = Expanded(4), highs = Expanded(5);
        BoundedNormal<T> numbers = new(stream);
        for (int parameter = 0; parameter < parameters && samples > 0; parameter++)
        {
            Interruption.Check();
            numbers.Fill(result.Span<T>(), parameter, parameters, samples, new(means[parameter], deviations[parameter], lows[parameter], highs[parameter]));
            context.Cancel.ThrowIfCancellationRequested();
        }

        Span<T> Expanded(int input)
        {
            Span<T> values = context.Scratch<T>(parameters);
            StridedCopy.Stretch(context.Workers, context.Input(input).Span<T>(), context.Input(input).Dimensions, batch, values);
            return values;
        }
    }
}
