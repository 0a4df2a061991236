using FsCheck;
using FsCheck.Fluent;
using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Tensors stored in slices, read as a whole and in other slices.</summary>
public sealed class CheckpointSliceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_slice_of_a_tensor_cut_anyhow_has_its_elements() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        Random random = new(seed);
        Shape shape = Shape.Create([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (long)random.Next(1, 6))]);
        DType dtype = random.GetItems([DType.UInt8, DType.Float32, DType.Complex128, DType.String], 1)[0];
        Tensor whole = Checkpoints.Filled(dtype, shape);
        List<TensorSlice> parts = [TensorSlice.Whole(shape.Rank).In(shape)];
        for (int cut = random.Next(6); cut > 0; cut--)
        {
            Cut(parts, random);
        }

        Write(_folder["m"], whole, parts);
        WriteV1(_folder["v1"], whole, parts);
        foreach (string prefix in new[] { _folder["m"], _folder["v1"] })
        {
            using CheckpointReader reader = CheckpointReader.Open(prefix);
            Same(whole, reader.Read("w"));
            for (int i = 0; i < 3; i++)
            {
                TensorSlice wanted = RandomSlice(shape, random);
                Same(Slices.Cut(whole, wanted), reader.ReadSlice("w", wanted));
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(60));

    [Fact]
    public void A_tensor_stored_as_a_whole_gives_any_slice()
    {
        Tensor whole = Checkpoints.Filled(DType.Float64, [7, 4, 3]);
        using CheckpointReader reader = CheckpointReader.Open(Checkpoints.Write(_folder["m"], ("w", whole)));
        TensorSlice slice = TensorSlice.Parse("2,3:-:1,2");

        Same(Slices.Cut(whole, slice), reader.ReadSlice("w", slice));
    }

    [Theory]
    [InlineData("0,4:0", StatusCode.InvalidArgument)]
    [InlineData("0,0:-", StatusCode.InvalidArgument)]
    [InlineData("-1,2:-", StatusCode.InvalidArgument)]
    [InlineData("a,b:-", StatusCode.InvalidArgument)]
    [InlineData("0,2", StatusCode.Internal)]
    [InlineData("0,9:-", StatusCode.Internal)]
    public void A_slice_that_does_not_fit_is_refused_as_in_TensorFlow(string spec, StatusCode code)
    {
        using CheckpointReader reader = CheckpointReader.Open(Checkpoints.Write(_folder["m"], ("w", Tensor.Zeros(DType.Float32, [4, 2]))));

        Assert.Equal(code, Assert.Throws<GraphException>(() => reader.ReadSlice("w", TensorSlice.Parse(spec))).Code);
    }

    [Theory]
    [InlineData("0,3:-", "2,2:-")]
    [InlineData("0,1:-", "2,2:-")]
    [InlineData("0,2:-", "2,1:-", "2,1:0,1")]
    public void Slices_that_overlap_or_leave_a_hole_are_refused(params string[] specs)
    {
        Tensor whole = Checkpoints.Filled(DType.Float32, [4, 2]);
        Write(_folder["m"], whole, [.. specs.Select(TensorSlice.Parse)]);
        using CheckpointReader reader = CheckpointReader.Open(_folder["m"]);

        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<ModelFileException>(() => reader.Read("w")).Code);
    }

    [Fact]
    public void A_slice_needs_only_the_files_that_it_is_in()
    {
        Tensor whole = Checkpoints.Filled(DType.Float32, [4, 2]);
        List<BundleWriter> writers = [];
        for (int shard = 0; shard < 2; shard++)
        {
            using FileStream data = File.Create(CheckpointFiles.DataPath(_folder["m"], shard, 2));
            writers.Add(new BundleWriter(data, shard, 2));
            TensorSlice slice = new((shard * 2, 2), (0, 2));
            writers[^1].AddSlice("w", whole.Shape, slice, Slices.Cut(whole, slice));
        }

        using (FileStream index = File.Create(_folder["m.index"]))
        {
            BundleWriter.WriteIndex(index, writers);
        }

        File.Delete(CheckpointFiles.DataPath(_folder["m"], 1, 2));
        using CheckpointReader reader = CheckpointReader.Open(_folder["m"]);
        TensorSlice first = TensorSlice.Parse("1,1:-");

        Same(Slices.Cut(whole, first), reader.ReadSlice("w", first));
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => reader.Read("w")).Code);
    }

    private static void Write(string prefix, Tensor whole, IReadOnlyList<TensorSlice> parts) => BundleFiles.Write(prefix, bundle =>
    {
        foreach (TensorSlice part in parts)
        {
            bundle.AddSlice("w", whole.Shape, part, Slices.Cut(whole, part));
        }
    }, default);

    private static void WriteV1(string path, Tensor whole, IReadOnlyList<TensorSlice> parts)
    {
        CheckpointV1Writer writer = new();
        foreach (TensorSlice part in parts)
        {
            writer.AddSlice("w", whole.Shape, part, Slices.Cut(whole, part));
        }

        BundleFiles.WriteV1(path, writer, default);
    }

    private static void Cut(List<TensorSlice> parts, Random random)
    {
        int at = random.Next(parts.Count), axis = random.Next(parts[at].Rank);
        TensorSlice part = parts[at];
        if (part.Length(axis) < 2)
        {
            return;
        }

        long first = random.NextInt64(1, part.Length(axis));
        parts[at] = With(part, axis, part.Start(axis), first);
        parts.Add(With(part, axis, part.Start(axis) + first, part.Length(axis) - first));
    }

    private static TensorSlice With(TensorSlice slice, int axis, long start, long length) =>
        new([.. Enumerable.Range(0, slice.Rank).Select(i => i == axis ? (start, length) : (slice.Start(i), slice.Length(i)))]);

    private static TensorSlice RandomSlice(Shape shape, Random random) => new([.. shape.Select(size =>
    {
        long start = random.NextInt64(size);
        return (start, random.NextInt64(1, size - start + 1));
    })]);

    private static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal((expected.DType, expected.Shape), (actual.DType, actual.Shape));
        Assert.Equal(GoldenCheckpoints.Sha256(expected), GoldenCheckpoints.Sha256(actual));
    }
}
