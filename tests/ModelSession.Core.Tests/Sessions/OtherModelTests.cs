using ModelSessions.Models;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

/// <summary>Two models in one folder are told before anything is written.</summary>
public sealed class OtherModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_other_model_is_named()
    {
        using ModelSession one = Create(new SoftmaxRegressionModel { Inputs = 4, Classes = 3 }), other = Create(new MultilayerPerceptronModel { Inputs = 4, Classes = 3 });
        one.Save(_folder["a"]);
        string told = other.OtherModelIn(_folder["a"])!;
        Assert.Contains($"of another model, {one.Name} ({one.Parameters}):", told, StringComparison.Ordinal);
        Assert.Contains(other.ToString(), told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_size_is_another_one()
    {
        using ModelSession one = Create(new SoftmaxRegressionModel { Inputs = 4, Classes = 3 }), other = Create(new SoftmaxRegressionModel { Inputs = 5, Classes = 3 });
        one.Save(_folder["a"]);
        Assert.NotNull(other.OtherModelIn(_folder["a"]));
        other.Save(_folder["a"]);
        Assert.Null(other.OtherModelIn(_folder["a"]));
        Assert.NotNull(one.OtherModelIn());
    }

    [Fact]
    public void The_same_model_may_go_on_in_its_folder()
    {
        using ModelSession one = Create(new SoftmaxRegressionModel { Inputs = 4, Classes = 3 }), again = Create(new SoftmaxRegressionModel { Inputs = 4, Classes = 3 });
        one.Save(_folder["a"]);
        Assert.Null(one.OtherModelIn());
        Assert.Null(again.OtherModelIn(_folder["a"]));
        using ModelSession restored = ModelSession.Restore(_folder["a"], Options);
        Assert.Null(restored.OtherModelIn());
    }

    [Fact]
    public void Some_of_its_variables_are_its_own()
    {
        using ModelSession one = Create(new SoftmaxRegressionModel { Inputs = 4, Classes = 3 });
        string some = one.Variables[0].Name;
        one.AddSaver(new SaverOptions { Include = [some] }).Save(new SaveOptions { Folder = _folder["a"] });
        Assert.Null(one.OtherModelIn(_folder["a"]));
    }

    [Fact]
    public void A_graph_that_nothing_is_known_of_is_called_so()
    {
        using ModelSession one = Create(new ValuesModel(("v", Tensor.Scalar(1f), false))), other = Create(new SoftmaxRegressionModel { Inputs = 4, Classes = 3 });
        one.Saver.Save(new SaveOptions { Folder = _folder["a"], WriteGraph = false });
        Assert.Contains("a graph of TensorFlow's", other.OtherModelIn(_folder["a"])!, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_or_nothing_can_be_read_nothing_is_told()
    {
        using ModelSession one = Create(new SoftmaxRegressionModel { Inputs = 4, Classes = 3 });
        Assert.Null(one.OtherModelIn());
        Assert.Null(one.OtherModelIn(_folder["nowhere"]));
        Assert.Null(one.OtherModelIn(_folder.Path));
        Directory.CreateDirectory(_folder["damaged"]);
        File.WriteAllText(Path.Combine(_folder["damaged"], "model.ckpt-1.index"), "no index");
        Assert.Null(one.OtherModelIn(_folder["damaged"]));
    }

    private static SessionOptions Options => new() { Engines = [new CpuEngine()], Checkpoints = new(FlushToDisk: false) };

    private static ModelSession Create(ModelDefinition model) => ModelSession.Create(model, Options);
}
