namespace ModelSessions.Tests.Graphs.Flow;

public sealed class TensorTreeTests
{
    [Fact]
    public void Trees_of_the_same_form_have_leaves_in_the_same_places()
    {
        GraphBuilder g = new();
        GraphTensor a = g.Constant(1), b = g.Constant(2.5);
        TensorTree leaf = a, pair = [a, b], other = [b, a], nested = [a, pair], single = [a];
        Assert.True(leaf.IsLeaf);
        Assert.False(pair.IsLeaf);
        Assert.False(single.IsLeaf);
        Assert.True(leaf.HasFormOf(b));
        Assert.True(nested.HasFormOf([b, other]));
        Assert.False(nested.HasFormOf(pair));
        Assert.False(pair.HasFormOf(nested));
        Assert.False(leaf.HasFormOf(single));
        Assert.False(single.HasFormOf(leaf));
        Assert.False(pair.HasFormOf([a, b, a]));
    }
}
