using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>From a picture's file to a model's numbers, as a contract says.</summary>
internal static class ImageExample
{
    /// <summary>Reads one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="form">How it becomes an array.</param>
    /// <param name="contract">How the array is scaled then.</param>
    /// <param name="pixels">Room for as many numbers as an example has.</param>
    /// <param name="example">Takes the numbers.</param>
    /// <exception cref="ModelFileException">The file cannot be read, or is no such picture.</exception>
    public static void Read(string path, ImageForm form, DataContract contract, Span<float> pixels, Span<double> example) =>
        Put(ImageFile.Read(path, form.Channels), form, contract, pixels, example);

    /// <summary>Reads one from a file's bytes.</summary>
    /// <inheritdoc cref="Read"/>
    public static void Decode(byte[] file, ImageForm form, DataContract contract, Span<float> pixels, Span<double> example) =>
        Put(ImageFile.Decode(file, form.Channels), form, contract, pixels, example);

    /// <summary>Takes one that is read.</summary>
    /// <inheritdoc cref="Read"/>
    public static void Put(Pixels<byte> picture, ImageForm form, DataContract contract, Span<float> pixels, Span<double> example)
    {
        ImageResize.Into(picture, form.Height, form.Width, pixels);
        for (int i = 0; i < example.Length; i++)
        {
            example[i] = pixels[i];
        }

        if (form is { Channels: 3, Order: ChannelOrder.Bgr })
        {
            for (int i = 0; i < example.Length; i += 3)
            {
                (example[i], example[i + 2]) = (example[i + 2], example[i]);
            }
        }

        contract.Scale(example);
    }
}
