namespace ModelSessions.Tests.Kernels;

/// <summary>Sparse tensors kept between runs; TensorFlow's numbers and values.</summary>
public sealed class SparseMapTests : IDisposable
{
    private readonly CpuRun _run = new("""
        i Placeholder dtype=int64
        v Placeholder dtype=int32
        s Placeholder dtype=int64
        handles Placeholder dtype=int64
        one AddSparseToTensorsMap i v s shared_name=m
        many AddManySparseToTensorsMap i v s shared_name=m
        taken TakeManySparseFromTensorsMap handles dtype=int32 shared_name=m
        """);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Rows_without_elements_are_numbered_last_and_what_is_taken_is_gone()
    {
        Assert.Equal([0], Longs(_run.Fetch("one:0", Sparse([1, 3], [5, 6], 4))));
        Assert.Equal([1, 3, 2], Longs(_run.Fetch("many:0", Sparse([0, 1, 0, 2, 2, 0], [1, 2, 3], 3, 5))));

        Tensor[] taken = new Tensor[3];
        _run.Session.Prepare(new RunSignature(["handles:0"], ["taken:0", "taken:1", "taken:2"], []))
            .Run([Tensor.From(0L, 1L, 3L)], taken, TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 0, 3, 1, 1, 1, 2], Longs(taken[0]));
        Assert.Equal([5, 6, 1, 2], taken[1].Span<int>().ToArray());
        Assert.Equal([3, 5], Longs(taken[2]));

        EngineException gone = Assert.Throws<EngineException>(() => _run.Fetch("taken:0", ("handles:0", Tensor.From(0L))));
        Assert.Equal(StatusCode.InvalidArgument, gone.Code);
        Assert.Equal([1, 5], Longs(_run.Fetch("taken:2", ("handles:0", Tensor.From(2L)))));
    }

    [Fact]
    public void Tensors_of_different_ranks_are_not_taken_together()
    {
        _run.Fetch("one:0", Sparse([1, 1], [5], 4, 4));
        _run.Fetch("one:0", Sparse([1], [5], 4));
        Assert.Throws<EngineException>(() => _run.Fetch("taken:0", ("handles:0", Tensor.From(0L, 1L))));
    }

    private static (string Name, Tensor Value)[] Sparse(long[] indices, int[] values, params long[] shape) =>
    [
        ("i:0", Tensor.From<long>(indices).Reshape([values.Length, shape.Length])),
        ("v:0", Tensor.From<int>(values)),
        ("s:0", Tensor.From<long>(shape)),
    ];

    private static long[] Longs(Tensor tensor) => tensor.Span<long>().ToArray();
}
