using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Data;

public sealed class PictureEncodingTests : IDisposable
{
    private static readonly DataContract s_rows = new() { Columns = [new DataColumn("age", ColumnKind.Number)], Shape = [1] };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_become_what_folders_of_pictures_became()
    {
        DataContract contract = new() { Image = new ImageForm(1, 2, 3, ChannelOrder.Bgr), Shape = [1, 2, 3], Mean = [3, 2, 1], Deviation = [2] };
        string first = Png("a.png", 1, 2, 3, i => (byte)(10 * i)), second = Png("b.dat", 2, 4, 3, _ => 7);
        Tensor batch = contract.EncodePictures([first, second]);
        Assert.Equal(new Shape(2, 1, 2, 3), batch.Shape);
        Assert.Equal([8.5f, 4, -0.5f, 23.5f, 19, 14.5f, 2, 2.5f, 3, 2, 2.5f, 3], batch.Span<float>().ToArray());
        Assert.Equal(batch.Span<float>().ToArray(), contract.EncodePictures([File.ReadAllBytes(first), File.ReadAllBytes(second)]).Span<float>().ToArray());
        Assert.Equal(new Shape(0, 1, 2, 3), contract.EncodePictures(Array.Empty<string>()).Shape);
    }

    [Fact]
    public void Models_of_arrays_that_look_like_pictures_take_pictures()
    {
        DataContract digits = new() { Shape = [2, 2], Deviation = [255], ClassCount = 10 };
        string path = Png("a.png", 2, 2, 1, i => (byte)(51 * i));
        Assert.Equal([0, 0.2f, 0.4f, 0.6f], digits.EncodePictures([path]).Span<float>().ToArray());
        Assert.Equal([0, 51, 102, 153], digits.EncodePictures([path], DType.UInt8).Span<byte>().ToArray());
        Assert.Equal(new ImageForm(8, 6, 3), new DataContract { Shape = [8, 6, 3] }.PictureForm());
        Assert.Equal(new ImageForm(8, 6, 1), new DataContract { Shape = [8, 6, 1] }.PictureForm());
        Assert.All(new Shape[] { [4], [8, 6, 2], [2, 2, 2, 1], [0, 3] }, shape => Assert.Null(new DataContract { Shape = shape }.PictureForm()));
    }

    [Fact]
    public void What_is_no_picture_is_refused_by_name()
    {
        DataContract contract = new() { Image = new ImageForm(2, 2, 1), Shape = [2, 2, 1] };
        string text = _folder["a.png"];
        File.WriteAllText(text, "no picture at all");
        ModelFileException error = Assert.Throws<ModelFileException>(() => contract.EncodePictures([text]));
        Assert.Equal(text, error.Path);
        Assert.Contains("no picture in JPEG, PNG, GIF or BMP", error.Message, StringComparison.Ordinal);
        Assert.Throws<ModelFileException>(() => contract.EncodePictures([Array.Empty<byte>()]));
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => contract.EncodePictures([_folder["nowhere.png"]])).Code);
    }

    [Fact]
    public void Models_that_take_no_pictures_say_what_they_take()
    {
        Assert.Contains("rows of the columns age, not pictures", Assert.Throws<GraphException>(() => s_rows.EncodePictures(["a.png"])).Message, StringComparison.Ordinal);
        Assert.Contains("arrays of shape [5]", Assert.Throws<GraphException>(() => new DataContract { Shape = [5] }.EncodePictures(["a.png"])).Message, StringComparison.Ordinal);
    }

    private string Png(string name, int height, int width, int channels, Func<int, byte> value)
    {
        string path = _folder[name];
        File.WriteAllBytes(path, PngEncoder.Encode<byte>([.. Enumerable.Range(0, height * width * channels).Select(value)], height, width, channels));
        return path;
    }
}
