using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Where the elements are that are not zero.</summary>
internal static class WhereKernels
{
    public static void Register(KernelTable table) =>
        table.Add("Where", "T", TypeSet.Numbers | TypeSet.Complexes | TypeSet.Of(DType.Bool), (node, _) => node.DType("T") == DType.Bool
            ? Of<byte>.Create(node)
            : Typed.Storage<Kernel>(node, node.DType("T")));

    private readonly struct Kernel : IStorageKernel
    {
        public static Kernels.Kernel Create<T>(GraphOperation node)
            where T : unmanaged => Of<T>.Create(node);
    }

    private static class Of<T>
        where T : unmanaged
    {
        public static Kernels.Kernel Create(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            ReadOnlySpan<T> elements = x.Span<T>();
            int count = 0;
            foreach (T element in elements)
            {
                count += EqualityComparer<T>.Default.Equals(element, default) ? 0 : 1;
            }

            Span<long> places = context.Allocate(0, [count, x.Rank]).Span<long>();
            for (int i = 0, at = 0; i < elements.Length; i++)
            {
                if (!EqualityComparer<T>.Default.Equals(elements[i], default))
                {
                    Interruption.Check();
                    Write(i, x.Dimensions, places.Slice(at, x.Rank));
                    at += x.Rank;
                }
            }
        };

        private static void Write(long index, ReadOnlySpan<long> dimensions, Span<long> place)
        {
            for (int i = dimensions.Length - 1; i >= 0; i--)
            {
                (index, place[i]) = System.Math.DivRem(index, dimensions[i]);
            }
        }
    }
}
