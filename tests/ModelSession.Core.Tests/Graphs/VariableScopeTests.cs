namespace ModelSessions.Tests.Graphs;

public sealed class VariableScopeTests
{
    [Fact]
    public void A_variable_that_is_there_is_not_made_again()
    {
        GraphBuilder g = new();
        g.GetVariable("w", [2]);
        GraphException error = Assert.Throws<GraphException>(() => g.GetVariable("w", [2]));
        Assert.Equal(StatusCode.AlreadyExists, error.Code);
    }

    [Fact]
    public void A_shared_variable_must_be_there_and_the_nearest_name_is_told()
    {
        GraphBuilder g = new();
        g.GetVariable("dense/kernel", [2]);
        using VariableScope scope = g.VariableScope("dense", VariableReuse.Always);
        GraphException error = Assert.Throws<GraphException>(() => g.GetVariable("kernal", [2]));
        Assert.Equal(StatusCode.NotFound, error.Code);
        Assert.Contains("dense/kernel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_variable_has_one_shape_and_one_type()
    {
        GraphBuilder g = new();
        g.GetVariable("w", [2]);
        Assert.Throws<GraphException>(() => g.GetVariable("w", [3], reuse: VariableReuse.Auto));
        Assert.Throws<GraphException>(() => g.GetVariable("w", [2], dtype: DType.Float64, reuse: VariableReuse.Auto));
        Assert.Equal("w", g.GetVariable("w", reuse: VariableReuse.Auto).Name);
    }

    [Fact]
    public void Reuse_goes_on_in_scopes_inside_and_ends_with_the_scope()
    {
        GraphBuilder g = new();
        using (VariableScope outer = g.VariableScope("a"))
        {
            g.GetVariable("b/w", [2]);
            outer.ReuseVariables();
            using VariableScope inner = g.VariableScope("b", VariableReuse.Never);
            Assert.Equal("a/b/w", g.GetVariable("w").Name);
        }

        Assert.Equal(VariableReuse.Never, g.CurrentVariableScope.Reuse);
    }

    [Fact]
    public void A_variable_needs_a_known_shape_and_an_axis_that_it_has()
    {
        GraphBuilder g = new();
        Assert.Throws<GraphException>(() => g.GetVariable("w", [-1, 2]));
        Assert.Throws<GraphException>(() => g.GetPartitionedVariable("p", [4], Partitioners.FixedSize(2, axis: 1)));
    }

    [Fact]
    public void A_variable_in_parts_is_saved_as_one()
    {
        GraphBuilder g = new();
        PartitionedVariable table = g.GetPartitionedVariable("table", [5, 3], Partitioners.FixedSize(2));
        Assert.Equal([3, 2], table.Parts.Select(part => part.Shape[0]));
        GraphSaver saver = GraphSaver.Attach(g.Graph, new CheckpointOptions());
        Assert.Equal(["5 3 0,3:0,3", "5 3 3,2:0,3"], saver.Variables.Select(variable => variable.Slice));
        Assert.All(saver.Variables, variable => Assert.Equal("table", variable.CheckpointName));
    }

    [Fact]
    public void Penalties_of_variables_are_listed_once()
    {
        GraphBuilder g = new();
        using VariableScope scope = g.VariableScope("a", VariableReuse.Auto, regularizer: Regularizers.L2(0.1));
        g.GetVariable("w", [2]);
        g.GetVariable("w", [2]);
        Assert.Equal(["a/w/Regularizer/l2_regularizer:0"], g.Graph.Collections.Names(CollectionKeys.RegularizationLosses));
    }
}
