using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Training;

/// <summary>The event files of one training, for TensorBoard: what is learnt from in the folder <c>train</c>, the validation part in
/// <c>validation</c>, so that TensorBoard shows both in one chart. Files are made when something is written. A training that goes on at an
/// earlier iteration than the folder's files reach takes their place from there.</summary>
public sealed class EventLog : IDisposable
{
    /// <summary>The folder of what is learnt from.</summary>
    public const string TrainFolder = "train";

    /// <summary>The folder of the validation part.</summary>
    public const string ValidationFolder = "validation";

    // A killed training loses what it wrote in so much time.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // TensorBoard cannot show such a graph, and a record cannot hold much more.
    private const int LargestGraph = 256 << 20;

    private readonly ModelSession _session;
    private readonly TimeProvider _clock;
    private readonly long _first;
    private EventWriter? _train;
    private EventWriter? _validation;
    private long _flushed;

    /// <summary>A log of a training that is about to begin.</summary>
    /// <param name="session">What is trained.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="clock">The time of events; the system's by default.</param>
    public EventLog(ModelSession session, string folder, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(folder);
        (_session, Folder, _clock) = (session, Path.GetFullPath(folder), clock ?? TimeProvider.System);
        _first = session.Iteration ?? 0;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The file of what is learnt from; its first events are a session's start and the graph.</summary>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public EventWriter Train
    {
        get
        {
            if (_train is null)
            {
                _train = Open(TrainFolder);
                WriteGraph(_train);
            }

            return _train;
        }
    }

    /// <summary>The file of the validation part.</summary>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public EventWriter Validation => _validation ??= Open(ValidationFolder);

    /// <summary>Gives what was written to the operating system, so that TensorBoard sees it; at most once a second unless asked for at once.</summary>
    /// <exception cref="ModelFileException">The disk is full, or a file is gone.</exception>
    public void Flush(bool atOnce = false)
    {
        if (atOnce || _clock.GetElapsedTime(_flushed) >= s_pause)
        {
            _flushed = _clock.GetTimestamp();
            _train?.Flush();
            _validation?.Flush();
        }
    }

    /// <summary>Writes what is left and closes the files.</summary>
    /// <exception cref="ModelFileException">The disk is full, or a file is gone.</exception>
    public void Dispose()
    {
        _train?.Dispose();
        _validation?.Dispose();
    }

    // As TensorFlow's Supervisor: TensorBoard takes away what older files say of this step and later ones.
    private EventWriter Open(string name)
    {
        EventWriter writer = EventWriter.Create(Path.Combine(Folder, name), clock: _clock);
        writer.Write(new Event { Step = _first + 1, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        return writer;
    }

    // Once for a session and folder: each call that trains makes a file.
    private void WriteGraph(EventWriter writer)
    {
        GraphDef graph = _session.Graph.ToGraphDef();
        if (_session.LoggedGraphs.GetValueOrDefault(Folder) != graph.Node.Count && graph.CalculateSize() <= LargestGraph)
        {
            writer.Write(new Event { Step = _first, GraphDef = Google.Protobuf.MessageExtensions.ToByteString(graph) });
            _session.LoggedGraphs[Folder] = graph.Node.Count;
        }
    }
}
