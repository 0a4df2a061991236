using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Rows in a random order.</summary>
internal static class ShuffleKernels
{
    public static void Register(KernelTable table)
    {
        table.Integers<Index>("RandomIndexShuffle", TypeSet.Of(DType.Int32, DType.Int64, DType.UInt32, DType.UInt64), "dtype");
        table.Add("RandomShuffle", RandomShuffle);
        table.Add("StatelessShuffle", context => Shuffle(context, StatelessRandomKernels.StreamOfKey(context, 1)));
    }

    private static Kernel RandomShuffle(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        return context =>
        {
            Value x = context.Input(0);
            bool none = x.LongCount <= 1 || x.Dimensions[0] <= 1;
            Shuffle(context, generator.Take(none ? 0 : (ulong)(x.Dimensions[0] + 2) / 4));
        };
    }

    private static void Shuffle(KernelContext context, Philox stream)
    {
        Value result = context.Copy(0, 0);
        int rows = result.Rank == 0 ? 1 : checked((int)result.Dimensions[0]);
        if (rows < 2 || result.LongCount == 0)
        {
            return;
        }

        PhiloxWords words = new(stream);
        for (int i = 0; i < rows - 1; i++)
        {
            Interruption.Check();
            SwapRows(context, result, rows, i, i + (int)(words.Next() % (uint)(rows - i)));
        }
    }

    private static void SwapRows(KernelContext context, Value value, int rows, int a, int b)
    {
        if (a == b)
        {
            return;
        }

        if (value.DType.IsObject())
        {
            int width = value.Count / rows;
            for (int i = 0; i < width; i++)
            {
                Span<object?> objects = value.Objects;
                (objects[a * width + i], objects[b * width + i]) = (objects[b * width + i], objects[a * width + i]);
            }

            return;
        }

        int length = checked((int)(value.LongCount * value.DType.Size() / rows));
        Span<byte> first = value.Memory!.Bytes((long)a * length, length), second = value.Memory.Bytes((long)b * length, length);
        using Workspace.Lease lease = context.Workspace.Rent(length);
        Span<byte> kept = lease.Span<byte>(0, length);
        first.CopyTo(kept);
        second.CopyTo(first);
        kept.CopyTo(second);
    }

    // Each index where a shuffle would put it, without the shuffle.
    private readonly struct Index : IIntegerKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, System.Numerics.IBinaryInteger<T>, System.Numerics.IMinMaxValue<T>
        {
            int rounds = checked((int)node.Int("rounds"));
            return context =>
            {
                Value index = context.Input(0), seed = context.Input(1), largest = context.Input(2);
                long count = System.Math.Max(System.Math.Max(index.LongCount, largest.LongCount), seed.LongCount / 3);
                Check(count, index, seed, largest);
                Value result = context.Allocate(0, index.Rank == 0 && seed.Rank == 1 && largest.Rank == 0 ? [] : [count]);
                for (int i = 0; i < count; i++)
                {
                    int at = seed.Rank == 1 ? 0 : 3 * i;
                    ulong to = IndexCipher.Permute(
                        ulong.CreateTruncating(index.Span<T>()[index.Rank == 0 ? 0 : i]),
                        [Word(seed, at), Word(seed, at + 1), Word(seed, at + 2)],
                        ulong.CreateTruncating(largest.Span<T>()[largest.Rank == 0 ? 0 : i]),
                        rounds,
                        context.Cancel);
                    result.Span<T>()[i] = T.CreateTruncating(to);
                }
            };

            void Check(long count, Value index, Value seed, Value largest)
            {
                bool seeds = (seed.Rank == 1 && seed.LongCount == 3) || (seed.Rank == 2 && seed.Dimensions[0] == count && seed.Dimensions[1] == 3);
                if (!Fits(index, count) || !Fits(largest, count) || !seeds)
                {
                    throw Failure.Invalid(
                        $"index {index.Shape} and max_index {largest.Shape} must be scalars or vectors of one length, seed {seed.Shape} a vector of size [3] or a matrix of size [{count}, 3].");
                }

                // Schedules of fewer rounds mix too little.
                if (rounds < 4 || rounds % 2 != 0 || rounds > 1024)
                {
                    throw Failure.Invalid($"rounds must be an even number from 4 on, not {rounds}.");
                }
            }
        }

        private static bool Fits(Value value, long count) => value.Rank == 0 || (value.Rank == 1 && value.LongCount == count);

        private static uint Word(Value seed, int at) => seed.DType.Size() == sizeof(uint) ? seed.Elements<uint>()[at] : (uint)seed.Elements<ulong>()[at];
    }
}
