using ModelSessions.Cpu.Execution;

namespace ModelSessions.Tests.Execution;

public sealed class PiecesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Pieces.Largest)]
    [InlineData(Pieces.Largest + 1)]
    [InlineData((5L << 30) + 7)]
    public void Pieces_follow_one_another_and_none_is_too_large_to_wait_for(long length)
    {
        long next = 0;
        foreach ((long start, int size) in Pieces.Of(length, CancellationToken.None))
        {
            Assert.Equal(next, start);
            Assert.InRange(size, 1, 1 << 22);
            next += size;
        }

        Assert.Equal(length, next);
    }

    [Fact]
    public void Between_two_pieces_a_copy_can_be_stopped()
    {
        using CancellationTokenSource stop = new();
        using IEnumerator<(long, int)> pieces = Pieces.Of(3L * Pieces.Largest, stop.Token).GetEnumerator();
        Assert.True(pieces.MoveNext());
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => pieces.MoveNext());
    }

    [Fact]
    public void A_value_of_many_pieces_is_copied_whole()
    {
        float[] values = [.. Enumerable.Range(0, 2 * Pieces.Largest / sizeof(float) + 3).Select(i => (float)i)];
        Value copy = new(DType.Float32);
        copy.SetShape(new Shape(values.Length));
        copy.Take(new Lease(TensorBuffer.Allocate(values.Length * sizeof(float), zeroed: true), arena: null, sizeClass: 0), [values.Length]);
        copy.Write(Tensor.From(values, [values.Length]), CancellationToken.None);
        Assert.Equal(values, copy.ToTensor().Span<float>());
    }
}
