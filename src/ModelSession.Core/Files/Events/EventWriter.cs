using System.IO.Compression;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Writes an event file for TensorBoard. May be used by several threads at once.</summary>
public sealed class EventWriter : IDisposable
{
    // What TensorFlow's writer calls itself.
    private const string WriterName = "tensorflow.core.util.events_writer";

    private readonly TFRecordWriter _records;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();

    private EventWriter(string path, TFRecordWriter records, TimeProvider clock)
    {
        Path = path;
        _records = records;
        _clock = clock;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Makes a file <c>events.out.tfevents.TIME.HOST</c> with its first event, which names the format's version.</summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <param name="suffix">What the file's name ends in.</param>
    /// <param name="clock">The time of events; the system's by default.</param>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public static EventWriter Create(string folder, string suffix = "", TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        TimeProvider time = clock ?? TimeProvider.System;
        long seconds = time.GetUtcNow().ToUnixTimeSeconds();
        string name = $"events.out{EventFile.NamePart}{seconds:0000000000}.{Environment.MachineName}";
        EventWriter writer = CreateNew(System.IO.Path.Combine(folder, name), suffix, time);
        try
        {
            writer.Write(new Event { WallTime = seconds, FileVersion = EventFile.Version, SourceMetadata = new() { Writer = WriterName } });
            writer.Flush();
            return writer;
        }
        catch (ModelFileException)
        {
            writer.Abandon();
            throw;
        }
    }

    // A file without its first event is none.
    private void Abandon()
    {
        try
        {
            Dispose();
        }
        catch (ModelFileException)
        {
            // What is left in memory finds no room either.
        }

        SaveTransaction.Delete(Path);
    }

    /// <summary>Writes an event; it gets the present time if it has none.</summary>
    /// <exception cref="ModelFileException">The disk is full, or the file is gone.</exception>
    public void Write(Event @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        lock (_gate)
        {
            if (@event.WallTime == 0)
            {
                @event.WallTime = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
            }

            _records.Write(@event);
        }
    }

    /// <summary>Writes numbers of one step, as <c>tf.summary.FileWriter</c> does.</summary>
    /// <param name="step">The step.</param>
    /// <param name="values">Tags and numbers.</param>
    /// <exception cref="ModelFileException">The disk is full, or the file is gone.</exception>
    public void WriteScalars(long step, IEnumerable<KeyValuePair<string, float>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Summary summary = new();
        summary.Value.AddRange(values.Select(value => new Summary.Types.Value { Tag = value.Key, SimpleValue = value.Value }));
        Write(new Event { Step = step, Summary = summary });
    }

    /// <summary>Writes one number of a step.</summary>
    /// <inheritdoc cref="WriteScalars"/>
    public void WriteScalar(long step, string tag, float value) => WriteScalars(step, [KeyValuePair.Create(tag, value)]);

    /// <summary>Writes a text, as <c>tf.summary.text</c> does; TensorBoard takes it for Markdown.</summary>
    /// <inheritdoc cref="WriteScalars"/>
    public void WriteText(long step, string tag, string text)
    {
        Summary.Types.Value value = new()
        {
            Tag = tag,
            Metadata = new SummaryMetadata { DisplayName = tag, PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" } },
            Tensor = new TensorProto { Dtype = DataType.DtString, TensorShape = new TensorShapeProto(), StringVal = { Google.Protobuf.ByteString.CopyFromUtf8(text) } },
        };
        Write(new Event { Step = step, Summary = new Summary { Value = { value } } });
    }

    /// <summary>Gives what was written to the operating system, so that TensorBoard sees it.</summary>
    /// <exception cref="ModelFileException">The disk is full, or the file is gone.</exception>
    public void Flush()
    {
        lock (_gate)
        {
            _records.Flush();
        }
    }

    /// <summary>Writes what is left and closes the file.</summary>
    /// <exception cref="ModelFileException">The disk is full, or the file is gone.</exception>
    public void Dispose()
    {
        lock (_gate)
        {
            _records.Dispose();
        }
    }

    // Two writers of one second would have one name; TensorFlow's would overwrite each other. TensorBoard reads them by their names' order.
    private static EventWriter CreateNew(string stem, string suffix, TimeProvider clock)
    {
        string path = stem + suffix;
        for (int number = 1; File.Exists(path); number++)
        {
            path = $"{stem}.{number:000}{suffix}";
        }

        return new EventWriter(path, TFRecordWriter.Create(path, TFRecordCompression.None, CompressionLevel.Optimal, FileMode.CreateNew), clock);
    }
}
