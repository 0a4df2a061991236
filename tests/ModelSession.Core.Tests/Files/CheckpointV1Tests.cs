using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Checkpoints in TensorFlow's first format.</summary>
public sealed class CheckpointV1Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_again_in_every_type_that_the_format_has()
    {
        (string Name, Tensor Value)[] tensors = [.. Checkpoints.OfAllTypes().Where(tensor => SavedValues.Field(tensor.Value.DType) > 0)];
        Assert.Equal(16 * 3, tensors.Length);
        Write(_folder["m"], tensors);

        using CheckpointReader reader = CheckpointReader.Open(_folder["m"]);

        Assert.Equal((1, 1, tensors.Length), (reader.FormatVersion, reader.ShardCount, reader.Tensors.Count));
        foreach ((string name, Tensor value) in tensors)
        {
            Tensor read = reader.Read(name);
            Assert.Equal((value.DType, value.Shape, GoldenCheckpoints.Sha256(value)), (read.DType, read.Shape, GoldenCheckpoints.Sha256(read)));
        }
    }

    [Fact]
    public void Types_that_the_format_lacks_are_refused_by_name() =>
        Assert.Contains("bfloat16", Assert.Throws<UnsupportedFeatureException>(() => new CheckpointV1Writer().Add("x", Tensor.Zeros(DType.BFloat16, []))).Message);

    [Theory]
    [InlineData("m-?????-of-00002")]
    [InlineData("m-?????-of-?????")]
    [InlineData("m-*")]
    [InlineData("m")]
    public void Several_files_are_found_by_pattern_or_by_what_they_begin_with(string path)
    {
        Write(_folder["m-00000-of-00002"], ("a", Tensor.Scalar(1f)));
        Write(_folder["m-00001-of-00002"], ("b", Tensor.Scalar(2f)));

        using CheckpointReader reader = CheckpointReader.Open(_folder[path]);

        Assert.Equal(["a", "b"], reader.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(2f, reader.Read("b").ToScalar<float>());
    }

    [Fact]
    public void A_missing_file_of_several_is_named()
    {
        Write(_folder["m-00000-of-00002"], ("a", Tensor.Scalar(1f)));

        ModelFileException error = Assert.Throws<ModelFileException>(() => CheckpointReader.Open(_folder["m-?????-of-00002"]));

        Assert.Equal((StatusCode.NotFound, _folder["m-00001-of-00002"]), (error.Code, error.Path));
    }

    [Fact]
    public void Two_sets_of_files_of_one_name_are_not_mixed()
    {
        Write(_folder["m-00000-of-00001"], ("a", Tensor.Scalar(1f)));
        Write(_folder["m-00000-of-00002"], ("a", Tensor.Scalar(2f)));
        Write(_folder["m-00001-of-00002"], ("b", Tensor.Scalar(3f)));

        Assert.Contains("-of-00001", Assert.Throws<ModelFileException>(() => CheckpointReader.Open(_folder["m"])).Message);
        using CheckpointReader one = CheckpointReader.Open(_folder["m-?????-of-00001"]);
        Assert.Equal(1f, one.Read("a").ToScalar<float>());
    }

    [Fact]
    public void Slices_in_several_files_are_one_tensor()
    {
        Tensor whole = Checkpoints.Filled(DType.Int64, [5, 2]);
        for (int file = 0; file < 2; file++)
        {
            TensorSlice slice = TensorSlice.Parse(file == 0 ? "0,3:-" : "3,2:0,2");
            CheckpointV1Writer writer = new();
            writer.AddSlice("w", whole.Shape, slice, Slices.Cut(whole, slice));
            BundleFiles.WriteV1(CheckpointV1Files.ShardPath(_folder["m"], file, 2), writer, default);
        }

        using CheckpointReader reader = CheckpointReader.Open(_folder["m"]);

        Assert.Equal((2, 80L), (Assert.Single(reader.Tensors).SliceCount, Assert.Single(reader.Tensors).ByteLength));
        Assert.Equal(whole.Bytes(), reader.Read("w").Bytes());
    }

    [Fact]
    public void An_index_or_a_data_file_given_as_a_checkpoint_is_told_from_one()
    {
        string prefix = Checkpoints.Write(_folder["m"], ("a", Tensor.Scalar(1f)));

        Assert.Contains($"Give the prefix '{prefix}'", Assert.Throws<ModelFileException>(() => CheckpointReader.Open(prefix + ".index")).Message);
        Assert.Equal(StatusCode.DataLoss, Assert.Throws<ModelFileException>(() => CheckpointReader.Open(prefix + ".data-00000-of-00001")).Code);
    }

    private static void Write(string path, params (string Name, Tensor Value)[] tensors)
    {
        CheckpointV1Writer writer = new();
        foreach ((string name, Tensor value) in tensors)
        {
            writer.Add(name, value);
        }

        BundleFiles.WriteV1(path, writer, default);
    }
}
