using ModelSessions.Cpu.Execution;
using static ModelSessions.Cpu.Kernels.Data.SparseSerializeKernels;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Sparse tensors that a session keeps under numbers until they are taken: how queues batch them.</summary>
internal static class SparseMapKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("AddManySparseToTensorsMap", AddMany);
        table.Add("AddSparseToTensorsMap", Add);
        table.Add("TakeManySparseFromTensorsMap", TakeMany);
    }

    private static SparseMap Map(KernelContext context, GraphOperation node) => context.Session.Resources.Get(node, _ => new SparseMap(context.Session));

    private static Kernel Add(GraphOperation node, CpuSession session) => context =>
    {
        SparseParts whole = Whole(context);
        if (whole.Indices.Shape[0] != whole.Values.Shape[0] || whole.Indices.Shape[1] != whole.Shape.ElementCount)
        {
            throw Failure.Invalid($"Indices {whole.Indices.Shape}, values {whole.Values.Shape} and shape {whole.Shape.Shape} do not belong to each other.");
        }

        context.Allocate(0, []).Span<long>()[0] = Map(context, node).Add(whole);
    };

    // TensorFlow numbers the rows that have elements first.
    private static Kernel AddMany(GraphOperation node, CpuSession session) => context =>
    {
        List<SparseParts> rows = Rows(context);
        Span<long> handles = context.Allocate(0, [rows.Count]).Span<long>();
        SparseMap map = Map(context, node);
        foreach (bool empty in (bool[])[false, true])
        {
            for (int i = 0; i < rows.Count; i++)
            {
                handles[i] = (rows[i].Values.ElementCount == 0) == empty ? map.Add(rows[i]) : handles[i];
            }
        }
    };

    private static Kernel TakeMany(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("dtype");
        return context =>
        {
            Value handles = context.Input(0);
            if (handles.Rank != 1 || handles.LongCount == 0)
            {
                throw Failure.Invalid($"sparse_handles must be a vector with elements, not of shape {handles.Shape}");
            }

            SparseParts[] all = Map(context, node).Take(handles.Span<long>());
            if (System.Array.Find(all, part => part.Values.DType != dtype) is { } other)
            {
                throw Failure.Invalid($"Requested SparseTensor of type {dtype.Name()} but one of {other.Values.DType.Name()} was kept.");
            }

            Join(context, all, handles.Dimensions);
        };
    }

    // What is kept counts as memory of the session.
    private sealed class SparseMap(CpuSession session) : IDisposable
    {
        private readonly Dictionary<long, SparseParts> _kept = [];
        private readonly Lock _gate = new();
        private long _next;

        public long Add(SparseParts parts)
        {
            session.TakeMemory(Size(parts));
            lock (_gate)
            {
                _kept.Add(_next, parts);
                return _next++;
            }
        }

        public SparseParts[] Take(ReadOnlySpan<long> handles)
        {
            lock (_gate)
            {
                SparseParts[] all = new SparseParts[handles.Length];
                for (int i = 0; i < all.Length; i++)
                {
                    all[i] = _kept.Remove(handles[i], out SparseParts? parts) ? parts : throw Failure.Invalid($"Unable to find SparseTensor: {handles[i]}");
                    session.GiveMemory(Size(parts));
                }

                return all;
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                session.GiveMemory(_kept.Values.Sum(Size));
                _kept.Clear();
            }
        }

        private static long Size(SparseParts parts) => sizeof(long) * (parts.Indices.ElementCount + parts.Values.ElementCount + parts.Shape.ElementCount);
    }
}
