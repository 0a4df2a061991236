using System.Text.Json;
using ModelSessions.Models;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.TensorFlow;

/// <summary>SavedModels of ours, read by real TensorFlow's loaders and its command line.</summary>
public sealed class SavedModelTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_loaders_give_our_predictions(bool frozen)
    {
        using ModelSession session = ModelSession.Create(new MnistModel { Layer1 = 4, Layer2 = 8 }, s_options);
        session.Export(_folder["saved"], new ExportOptions { Frozen = frozen, Format = GraphFormat.SavedModel });

        JsonElement python = TensorFlowPython.Run("TensorFlow/read_saved_model.py", frozen ? [_folder["saved"]] : [_folder["saved"], "cli"]);

        float[] expected = [.. session.RunSignature(null, new Dictionary<string, Tensor> { ["inputs"] = Images() })["predictions"].Span<float>()];
        foreach (string loader in (string[])["v1", "v2"])
        {
            JsonElement[] found = [.. python.GetProperty(loader).GetProperty("predictions").EnumerateArray()];
            Assert.Equal(expected.Length, found.Length);
            Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.GetSingle(), 1e-5f));
        }

        Assert.Equal(frozen ? 0 : session.Variables.Count, python.GetProperty("variables").GetArrayLength());
        Assert.Equal("tensorflow/serving/predict", python.GetProperty("method").GetString());
        if (frozen)
        {
            return;
        }

        Assert.Contains("inputs['inputs'] tensor_info", python.GetProperty("show").GetString(), StringComparison.Ordinal);
        Assert.Contains("Result for output key predictions", python.GetProperty("run").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("module_v2")]
    [InlineData("module_assets")]
    [InlineData("keras_lstm")]
    public void A_model_of_TensorFlow_2_that_we_write_again_gives_the_same_by_all_signatures(string model)
    {
        string source = SharedData.Require($"golden/files/saved_models/{model}/model");
        using ModelSession session = ModelSession.Restore(source, s_options);
        session.Export(_folder["again"]);

        JsonElement differences = TensorFlowPython.Run("TensorFlow/same_signatures.py", source, _folder["again"]);

        Assert.Empty(differences.GetProperty("by_v1").EnumerateArray());
        Assert.Empty(differences.GetProperty("by_v2").EnumerateArray());
    }

    private static Tensor Images()
    {
        Tensor images = Tensor.Zeros(DType.Float32, [3, 784]);
        for (int i = 0; i < images.ElementCount; i++)
        {
            images.Span<float>()[i] = i * 7 % 256 / 255f;
        }

        return images;
    }
}
