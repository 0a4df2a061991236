using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Data;

/// <summary>Folders of pictures; the sizes' expected numbers are TensorFlow's (tf.image.resize).</summary>
public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_folder_is_a_class_in_the_order_of_names()
    {
        Png("dog/a.png", 2, 2, 3, _ => 10);
        Png("cat/b.PNG", 2, 2, 3, _ => 20);
        Png("cat/a.png", 2, 2, 3, i => (byte)i);
        File.WriteAllText(_folder["cat/notes.txt"], "no picture");
        ModelDataset data = ImageFolder.Read(_folder.Path, new ImageOptions { Scale = 1 });
        Assert.Equal(["cat", "dog"], data.Train.ClassNames);
        Assert.Equal((3, 2, new Shape(2, 2, 3)), (data.Train.Count, data.Train.ClassCount, data.Train.ExampleShape));
        (float[] inputs, float[] labels) = Read(data.Train, [2, 0]);
        Assert.Equal([.. Enumerable.Repeat(10f, 12), .. Enumerable.Range(0, 12).Select(i => (float)i)], inputs);
        Assert.Equal([1, 0], labels);
    }

    [Theory]
    [InlineData(3, 2, new float[] { 10, 70, 70, 130, 130, 190 })]
    [InlineData(4, 5, new float[] { 0, 16, 40, 64, 80, 30, 46, 70, 94, 110, 90, 106, 130, 154, 170, 120, 136, 160, 184, 200 })]
    public void Pictures_are_resized_as_TensorFlow_resizes_them(int height, int width, float[] expected)
    {
        Png("a/a.png", 2, 3, 1, i => (byte)(i * 40));
        ModelDataset data = ImageFolder.Read(_folder.Path, new ImageOptions { Size = (height, width), Scale = 1 });
        Assert.All(expected.Zip(Read(data.Train, [0]).Inputs), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    [Fact]
    public void Colours_are_resized_each_for_itself()
    {
        Png("a/a.png", 4, 5, 3, i => (byte)i);
        ModelDataset data = ImageFolder.Read(_folder.Path, new ImageOptions { Size = (2, 3), Scale = 1 });
        Assert.Equal([8.5f, 9.5f, 10.5f, 13.5f, 14.5f, 15.5f, 18.5f, 19.5f, 20.5f, 38.5f, 39.5f, 40.5f, 43.5f, 44.5f, 45.5f, 48.5f, 49.5f, 50.5f], Read(data.Train, [0]).Inputs);
    }

    [Fact]
    public void Means_are_subtracted_in_the_order_of_the_channels_before_the_scale_divides()
    {
        Png("a/a.png", 1, 1, 3, i => (byte)(100 + 10 * i));
        ModelDataset data = ImageFolder.Read(_folder.Path, new ImageOptions { Order = ChannelOrder.Bgr, Mean = [100, 90, 80], Scale = 2 });
        Assert.Equal([10f, 10, 10], Read(data.Train, [0]).Inputs);
        DataContract contract = data.Train.Contract!;
        Assert.Equal(new ImageForm(1, 1, 3, ChannelOrder.Bgr), contract.Image);
        Assert.Contains("BGR here", string.Join(";", contract.DifferencesFrom(contract with { Image = new ImageForm(1, 1, 3) })), StringComparison.Ordinal);
    }

    [Fact]
    public void Grey_pictures_become_colours_and_colours_grey_where_that_is_asked_for()
    {
        Png("a/a.png", 1, 2, 1, i => (byte)(7 * (i + 1)));
        Assert.Equal([7f, 7, 7, 14, 14, 14], Read(ImageFolder.Read(_folder.Path, new ImageOptions { Channels = 3, Scale = 1 }).Train, [0]).Inputs);
        Png("a/a.png", 1, 1, 4, i => (byte)(50 * i));
        Assert.Equal(new Shape(1, 1, 3), ImageFolder.Read(_folder.Path).Train.ExampleShape);
        Assert.Equal(new Shape(1, 1, 1), ImageFolder.Read(_folder.Path, new ImageOptions { Channels = 1 }).Train.ExampleShape);
    }

    [Fact]
    public void A_folder_that_is_divided_gives_its_parts()
    {
        Png("train/a/1.png", 1, 1, 1, _ => 1);
        Png("train/b/1.png", 1, 1, 1, _ => 2);
        Png("val/a/1.png", 1, 1, 1, _ => 3);
        Png("test/b/1.png", 1, 1, 1, _ => 4);
        ModelDataset data = ImageFolder.Read(_folder.Path, new ImageOptions { Scale = 1 });
        Assert.Equal((2, 1, 1), (data.Train.Count, data.Validation!.Count, data.Test!.Count));
        (float[] inputs, float[] labels) = Read(data.Test, [0]);
        Assert.Equal((4f, 1f), (inputs[0], labels[0]));
    }

    [Fact]
    public void Else_each_class_is_divided_by_shares()
    {
        for (int i = 0; i < 20; i++)
        {
            Png($"a/{i}.png", 1, 1, 1, _ => 0);
            Png($"b/{i}.png", 1, 1, 1, _ => 0);
        }

        ModelDataset data = ImageFolder.Read(_folder.Path, new ImageOptions { Split = new DataSplit(0.25, 0.1, 3) });
        Assert.Equal((26, 10, 4), (data.Train.Count, data.Validation!.Count, data.Test!.Count));
        Assert.Equal(5, Read(data.Validation, [.. Enumerable.Range(0, 10).Select(i => (long)i)]).Labels.Sum());
        Assert.NotEqual(data.Train.Fingerprint, data.Validation.Fingerprint);
    }

    [Fact]
    public void A_damaged_picture_is_named_when_it_is_read()
    {
        Png("a/a.png", 8, 8, 3, i => (byte)i);
        Png("a/b.png", 8, 8, 3, i => (byte)i);
        File.WriteAllBytes(_folder["a/b.png"], File.ReadAllBytes(_folder["a/b.png"])[..60]);
        ModelFileException error = Assert.Throws<ModelFileException>(() => Read(ImageFolder.Read(_folder.Path).Train, [0, 1]));
        Assert.Equal(_folder["a/b.png"], error.Path);
    }

    [Fact]
    public void What_is_no_folder_of_pictures_is_refused()
    {
        Directory.CreateDirectory(_folder["a"]);
        Assert.Equal(_folder["a"], Assert.Throws<ModelFileException>(() => ImageFolder.Read(_folder.Path)).Path);
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => ImageFolder.Read(_folder["nowhere"])).Code);
        Png("a/a.png", 1, 1, 3, _ => 0);
        Assert.Throws<ArgumentException>(() => ImageFolder.Read(_folder.Path, new ImageOptions { Mean = [1, 2] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Read(_folder.Path, new ImageOptions { Scale = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Read(_folder.Path, new ImageOptions { Size = (1 << 20, 1 << 20) }));
    }

    [Fact]
    public void With_a_models_contract_pictures_become_what_it_learnt_from()
    {
        Png("cat/a.png", 4, 4, 3, i => (byte)i);
        Png("dog/a.png", 4, 4, 3, i => (byte)i);
        DataContract contract = ImageFolder.Read(_folder.Path, new ImageOptions { Size = (2, 2), Mean = [5] }).Train.Contract!;
        Directory.Delete(_folder["cat"], recursive: true);
        ModelDataset later = ImageFolder.Read(_folder.Path, new ImageOptions { Contract = contract });
        Assert.Equal(contract, later.Train.Contract);
        Assert.Equal(1, Read(later.Train, [0]).Labels[0]);
        Png("dgo/a.png", 4, 4, 3, i => (byte)i);
        Assert.Contains("Did you mean 'dog'", Assert.Throws<ModelFileException>(() => ImageFolder.Read(_folder.Path, new ImageOptions { Contract = contract })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_learns_from_pictures_that_are_read_ahead()
    {
        for (int i = 0; i < 12; i++)
        {
            byte shade = (byte)(20 * i);
            Png($"{(i < 6 ? "dark" : "light")}/{i}.png", 6, 6, 1, _ => shade);
        }

        ModelDataset data = ImageFolder.Read(_folder.Path);
        using ModelSession session = ModelSession.Create(
            new FunctionDefinition("shades", g =>
            {
                GraphTensor x = g.Placeholder(DType.Float32, [-1, 36], "x"), y = g.Placeholder(DType.Float32, [-1, 2], "y");
                GraphVariable w = g.Variable("w", [36, 2], Initializers.Zeros), b = g.Variable("b", [2], Initializers.Zeros);
                GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(y, g.MatMul(x, w) + b));
                return new() { [Roles.Inputs] = x, [Roles.Labels] = y, [Roles.Loss] = loss, [Roles.Train] = new GradientDescentOptimizer(0.1f).Minimize(loss) };
            }),
            new SessionOptions { Engines = [new CpuEngine()], Seed = 1 });
        double before = session.Evaluate(data.Train).Loss!.Value;
        session.Train(data, new TrainingOptions { Epochs = 20, BatchSize = 4 });
        Assert.True(session.Evaluate(data.Train).Loss < before / 2);
        Assert.Equal(data.Train.Contract, session.Contract);
    }

    private void Png(string name, int height, int width, int channels, Func<int, byte> value)
    {
        string path = _folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] values = [.. Enumerable.Range(0, height * width * channels).Select(value)];
        File.WriteAllBytes(path, PngEncoder.Encode<byte>(values, height, width, channels));
    }

    private static (float[] Inputs, float[] Labels) Read(DatasetPart part, long[] rows)
    {
        Tensor inputs = Tensor.Zeros(DType.Float32, Shape.Create([rows.Length, .. part.ExampleShape])), labels = Tensor.Zeros(DType.Float32, [rows.Length]);
        part.Read(rows, inputs, labels);
        return (inputs.Span<float>().ToArray(), labels.Span<float>().ToArray());
    }
}
