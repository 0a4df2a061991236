using System.Text;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Pictures in files, each read when it is wanted.</summary>
internal sealed class ImageFolderPart : DatasetPart
{
    private readonly (string Path, int Class)[] _files;
    private readonly DataContract _contract;
    private readonly Lazy<string> _fingerprint;

    /// <summary>A part.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="folder">The folder of its classes.</param>
    /// <param name="files">The pictures and their classes.</param>
    /// <param name="contract">How they become examples; with <see cref="DataContract.Image"/>.</param>
    public ImageFolderPart(string name, string folder, (string Path, int Class)[] files, DataContract contract)
        : base(name)
    {
        (_files, _contract) = (files, contract);
        Source = Path.GetFileName(folder);
        _fingerprint = new Lazy<string>(() => Stamp(folder, files));
    }

    public override long Count => _files.Length;

    public override Shape ExampleShape => _contract.Shape;

    public override Shape LabelShape => Shape.Scalar;

    public override int? ClassCount => _contract.ClassCount;

    public override string Source { get; }

    public override string Fingerprint => _fingerprint.Value;

    public override DataContract Contract => _contract;

    internal override bool ReadsAhead => true;

    internal override string FileOf(long row) => _files[row].Path;

    public override void Read(ReadOnlySpan<long> rows, Tensor? inputs, Tensor? labels)
    {
        BatchWriter writer = new(this, inputs, labels);
        double[] example = new double[inputs is null ? 0 : (int)ExampleShape.ElementCount];
        float[] pixels = new float[example.Length];
        double[] label = new double[1];
        foreach (long row in rows)
        {
            (string path, int number) = _files[row];
            if (inputs is not null)
            {
                ImageExample.Read(path, _contract.Image!, _contract, pixels, example);
            }

            label[0] = number;
            writer.Add(example, label);
        }
    }

    internal override ModelFileException Fault(long row, bool isLabel, string message) => new(StatusCode.InvalidArgument, _files[row].Path, message);

    // Names, sizes and classes: to read all bytes of a large folder would take longer than a step is worth.
    private static string Stamp(string folder, (string Path, int Class)[] files)
    {
        uint crc = 0;
        foreach ((string path, int number) in files)
        {
            FileInfo file = new(path);
            string entry = $"{Path.GetRelativePath(folder, path).Replace('\\', '/')}|{(file.Exists ? file.Length : -1)}|{number}\n";
            crc = Crc32C.Append(crc, Encoding.UTF8.GetBytes(entry));
        }

        return $"{files.Length} pictures:{crc:x8}";
    }
}
