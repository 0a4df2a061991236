using System.IO.Compression;
using System.Text;
using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Tests.Files;
using static ModelSessions.Tests.Data.NumpyBytes;

namespace ModelSessions.Tests.Data;

public sealed class ArrayDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Headers as numpy 1.26 writes them; elements little-endian.
    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", "0000803F000000400000404000008040", new double[] { 1, 2, 3, 4 })]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", "0000803F000000400000404000008040", new double[] { 1, 3, 2, 4 })]
    [InlineData("{'descr': '>i2', 'fortran_order': False, 'shape': (4,), }", "0001FFFF00020003", new double[] { 1, -1, 2, 3 })]
    [InlineData("{'descr': '|b1', 'fortran_order': False, 'shape': (2, 1), }", "0001", new double[] { 0, 1 })]
    [InlineData("{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", "003C0040", new double[] { 1, 2 })]
    [InlineData("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }", "0500000000000000", new double[] { 5 })]
    public void Arrays_of_NumPy_are_read(string header, string bytes, double[] expected)
    {
        Tensor tensor = NumpyFile.Read(new MemoryStream(Npy(header, Convert.FromHexString(bytes))), 1 << 20);
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(i => NumberCopy.Get(tensor, i)));
    }

    [Fact]
    public void Texts_of_NumPy_are_read()
    {
        Tensor wide = NumpyFile.Read(new MemoryStream(Npy("{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }", [.. Encoding.UTF32.GetBytes("ab"), .. Encoding.UTF32.GetBytes("é\0")])), 1 << 20);
        Assert.Equal(["ab", "é"], new[] { wide.StringAt(0), wide.StringAt(1) });
        Tensor narrow = NumpyFile.Read(new MemoryStream(Npy("{'descr': '|S3', 'fortran_order': False, 'shape': (2,), }", "abcx\0\0"u8.ToArray())), 1 << 20);
        Assert.Equal(["abc", "x"], new[] { narrow.StringAt(0), narrow.StringAt(1) });
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999, 99999999), }", StatusCode.ResourceExhausted)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000,), }", StatusCode.DataLoss)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", StatusCode.DataLoss)]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", StatusCode.Unimplemented)]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", StatusCode.Unimplemented)]
    [InlineData("{'descr': '<f4', 'shape': (1,), }", StatusCode.DataLoss)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1", StatusCode.DataLoss)]
    [InlineData("", StatusCode.DataLoss)]
    public void Damaged_and_hostile_arrays_are_refused(string header, StatusCode code) =>
        Assert.Equal(code, Assert.Throws<ModelFileException>(() => NumpyFile.Read(new MemoryStream(Npy(header, new byte[16])), 1 << 20)).Code);

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)]
    public void Keras_archive_is_a_dataset_with_its_tests(CompressionLevel level)
    {
        string path = Npz(
            _folder["data.npz"],
            level,
            ("x_train", Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 2, 2), }", [0, 255, 51, 0, 1, 2, 3, 4, 5, 6, 7, 8])),
            ("y_train", Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", [2, 0, 1])),
            ("x_test", Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2), }", [255, 0, 0, 0])),
            ("y_test", Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", [1])));
        ModelDataset data = DatasetFiles.Read([path]);
        Assert.Equal([0, 1, 0.2, 0], data.Train.Inputs(0));
        Assert.Equal([2, 0, 1], data.Train.Labels());
        Assert.Equal((3, 1L), (data.Train.ClassCount, data.Test!.Count));
        Assert.Equal([255, 0, 0, 0], DatasetFiles.Read([path], options: new TableOptions { Scale = 1 }).Test!.Inputs());
        Assert.Equal([51, 0], DatasetFiles.Read([path], options: new TableOptions { InputKey = "x_train", Scale = 1 }).Train.Inputs(0)[2..]);
        Assert.Contains("'x_train'", Assert.Throws<ModelFileException>(() => DatasetFiles.Read([path], options: new TableOptions { InputKey = "x_trian" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_without_an_example_are_refused()
    {
        Assert.Contains("no examples", Assert.Throws<ModelFileException>(() => ArrayData.From(Tensor.Zeros(DType.Float32, [0, 3]))).Message, StringComparison.Ordinal);
        TableOptions all = new() { Split = new DataSplit(Test: 0.9) };
        Assert.Contains("left to train", Assert.Throws<ModelFileException>(() => ArrayData.From(Tensor.Zeros(DType.Float32, [1, 3]), null, all)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_checked_with_their_place()
    {
        string x = _folder["x.npy"], y = _folder["y.npy"];
        File.WriteAllBytes(x, Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", Convert.FromHexString("0000803F0000C07F")));
        File.WriteAllBytes(y, Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", [0, 7]));
        ModelFileException error = Assert.Throws<ModelFileException>(() => DatasetFiles.Read([x]));
        Assert.Equal((2L, "1"), (error.Row, error.Column));
        File.WriteAllBytes(x, Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", new byte[8]));
        error = Assert.Throws<ModelFileException>(() => DatasetFiles.Read([x, y], options: new TableOptions { ClassNames = ["a", "b"] }));
        Assert.Equal((y, 2L), (error.Path, error.Row));
        File.WriteAllBytes(y, Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", [0, 1, 1]));
        Assert.Contains("first dimensions must be equal", Assert.Throws<ModelFileException>(() => DatasetFiles.Read([x, y])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_files_of_any_type_are_read()
    {
        string path = _folder["x.idx"];
        File.WriteAllBytes(path, [0, 0, 0x0D, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0]);
        Assert.Equal([1, -2], DatasetFiles.Read([path]).Train.Inputs());
    }

    [Fact]
    public void Tensors_are_divided_and_scaled_by_the_part_that_is_learnt_from()
    {
        Tensor inputs = Tensor.From<double>([.. Enumerable.Range(0, 20).Select(i => (double)i)], [10, 2]);
        ModelDataset data = ArrayData.From(inputs, Tensor.From<int>([.. Enumerable.Range(0, 10).Select(i => i % 2)], [10]), new TableOptions { Normalize = true, Split = new DataSplit(0.2, 0.1) });
        Assert.Equal((7L, 2L, 1L), (data.Train.Count, data.Validation!.Count, data.Test!.Count));
        Assert.Equal(0, data.Train.Inputs().Where((_, i) => i % 2 == 0).Average(), 12);
        Assert.Equal(1, data.Train.Inputs().Where((_, i) => i % 2 == 0).Select(x => x * x).Average(), 12);
    }

    [Fact]
    public void An_archive_that_is_none_is_refused()
    {
        string path = _folder["x.npz"];
        File.WriteAllBytes(path, [(byte)'P', (byte)'K', 3, 4, 0, 0, 0]);
        Assert.Equal(StatusCode.DataLoss, Assert.Throws<ModelFileException>(() => DatasetFiles.Read([path])).Code);
    }
}
