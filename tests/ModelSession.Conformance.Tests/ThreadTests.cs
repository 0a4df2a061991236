using ModelSessions.Protos;

namespace ModelSessions.Tests;

/// <summary>A training gives the same bits for any number of threads, and whether its loss is looked at or not.</summary>
public sealed class ThreadTests
{
    private const int Steps = 5;

    private static readonly string s_folder = Path.Combine(GoldenData.Committed("models"), "mnist_cnn_small");

    [Fact]
    public void Variables_are_the_same_bit_by_bit()
    {
        Dictionary<string, byte[]> one = Train(threads: 1, fetches: []);

        Assert.Equal(one, Train(threads: 2, fetches: []));
        Assert.Equal(one, Train(threads: 3, fetches: []));
        Assert.Equal(one, Train(threads: 2, fetches: ["train/loss:0", "model/logits:0"]));
    }

    private static Dictionary<string, byte[]> Train(int threads, string[] fetches)
    {
        MetaGraphDef meta = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(s_folder, "model.ckpt-0.meta")));
        using IEngineSession session = new CpuEngine().Open(GraphImporter.Import(meta.GraphDef), new EngineOptions(threads));
        session.Prepare(new RunSignature([], [], ["init"])).Run([], [], TestContext.Current.CancellationToken);
        string[] feeds = ["parameters/x:0", "parameters/y:0", "parameters/keep_probability:0", "parameters/learning_rate:0"];
        IRunPlan plan = session.Prepare(new RunSignature(feeds, fetches, ["train/train_step"]));
        Random random = new(3);
        for (int i = 0; i < Steps; i++)
        {
            plan.Run([Images(random), Labels(random), Tensor.Scalar(0.5f), Tensor.Scalar(1e-3f)], new Tensor[fetches.Length], TestContext.Current.CancellationToken);
        }

        return session.Variables.ToDictionary(variable => variable.Name, variable => session.ReadVariable(variable.Name)!.Bytes().ToArray());
    }

    private static Tensor Images(Random random)
    {
        Tensor images = Tensor.Zeros(DType.Float32, [50, 784]);
        foreach (ref float pixel in images.Span<float>())
        {
            pixel = random.NextSingle();
        }

        return images;
    }

    private static Tensor Labels(Random random)
    {
        Tensor labels = Tensor.Zeros(DType.Float32, [50, 10]);
        for (int i = 0; i < 50; i++)
        {
            labels.Span<float>()[i * 10 + random.Next(10)] = 1;
        }

        return labels;
    }
}
