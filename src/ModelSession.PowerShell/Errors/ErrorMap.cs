using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Exceptions as error records: the one place that chooses ids and categories.</summary>
internal static class ErrorMap
{
    /// <summary>The record of an exception.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="subject">What a file of the cmdlet is, the beginning of the error's id: <c>Checkpoint</c>, <c>Dataset</c>.</param>
    /// <param name="target">What the cmdlet was working on.</param>
    public static ErrorRecord Record(Exception error, string subject, object? target)
    {
        if (error is WildcardPatternException)
        {
            return new ErrorRecord(new ArgumentException($"{error.Message} Put ` before a bracket that is meant as a letter.", error), "InvalidPattern", ErrorCategory.InvalidArgument, target);
        }

        // A script of the user's (a definition, a schedule) that failed tells best itself how and where.
        if (error is IContainsErrorRecord { ErrorRecord: { } own })
        {
            return ScriptError.Record(own, error);
        }

        (string id, ErrorCategory category) = Kind(error, subject);
        return new ErrorRecord(InWords(error), id, category, target);
    }

    private static Exception InWords(Exception error) => error is OutOfMemoryException and not InsufficientMemoryException
        ? new InsufficientMemoryException("More memory is needed than there is, or than one array can have. Take smaller batches or smaller tensors, or close other sessions (Remove-ModelSession).", error)
        : WithoutParameter(error);

    /// <summary>The same error without what .NET appends: the name of a parameter of ours, which is none of the cmdlet's.</summary>
    public static Exception WithoutParameter(Exception error) => error is ArgumentException { ParamName: not null } && error.Message.LastIndexOf(" (Parameter '", StringComparison.Ordinal) is > 0 and int end
        ? new ArgumentException(error.Message[..end], error)
        : error;

    /// <summary>The record of a session that is asked for by a name or number that none has.</summary>
    public static ErrorRecord NoSession(object asked)
    {
        string open = string.Join("; ", ModelSession.Live.Select(session => $"{session.Id}: {session}"));
        string message = $"No open session is called '{asked}'. {(open.Length > 0 ? $"Open are {open}." : "None is open.")}";
        return new ErrorRecord(new KeyNotFoundException(message), "SessionNotFound", ErrorCategory.ObjectNotFound, asked);
    }

    /// <summary>The record of a session that is not closed, since training would be lost and nobody can be asked.</summary>
    public static ErrorRecord NotSaved(ModelSession session) => new(
        new InvalidOperationException($"'{session}' was not closed: its training since the last save ({session.UnsavedSteps:n0} steps) would be lost. Save it with Save-ModelCheckpoint, or lose it with -Force."),
        "SessionNotSaved", ErrorCategory.ResourceBusy, session);

    private static (string Id, ErrorCategory Category) Kind(Exception error, string subject) => error switch
    {
        ModelFileException file => File(file.IsOfData ? "Dataset" : subject, file),
        MissingVariableException => ("CheckpointVariableMissing", ErrorCategory.ObjectNotFound),
        StructureMismatchException => ("CheckpointStructureMismatch", ErrorCategory.InvalidArgument),
        UnsupportedFeatureException => ("NotSupported", ErrorCategory.NotImplemented),
        SessionBusyException => ("SessionBusy", ErrorCategory.ResourceBusy),
        GraphException graph => Graph(graph.Code),
        EngineException engine => Engine(engine.Code),
        KeyNotFoundException => ("ModelDefinitionNotFound", ErrorCategory.ObjectNotFound),
        ObjectDisposedException => ("SessionClosed", ErrorCategory.ResourceUnavailable),
        OperationCanceledException => ("OperationStopped", ErrorCategory.OperationStopped),
        OutOfMemoryException => ("OutOfMemory", ErrorCategory.ResourceUnavailable),
        ArgumentOutOfRangeException => ("ValueOutOfRange", ErrorCategory.InvalidArgument),
        OverflowException => ("ValueOutOfRange", ErrorCategory.InvalidArgument),
        UnauthorizedAccessException => (subject + "AccessDenied", ErrorCategory.PermissionDenied),
        IOException => (subject + "FileError", ErrorCategory.ReadError),
        ArgumentException => ("InvalidArgument", ErrorCategory.InvalidArgument),
        _ => (error.GetType().Name, ErrorCategory.NotSpecified),
    };

    private static (string Id, ErrorCategory Category) File(string subject, ModelFileException file) => file.Code switch
    {
        // What its graph lacks, the file lacks; the file itself is there.
        StatusCode.NotFound when file.InnerException is GraphException => (subject + "Damaged", ErrorCategory.InvalidData),
        StatusCode.NotFound => (subject + "NotFound", ErrorCategory.ObjectNotFound),
        StatusCode.PermissionDenied => (subject + "AccessDenied", ErrorCategory.PermissionDenied),
        StatusCode.ResourceExhausted => ("DiskFull", ErrorCategory.ResourceUnavailable),
        StatusCode.DataLoss or StatusCode.OutOfRange => (subject + "Damaged", ErrorCategory.InvalidData),
        // Of no file: a name or an option was wrong.
        StatusCode.InvalidArgument when file.Path is null && file.Row is null => ("InvalidArgument", ErrorCategory.InvalidArgument),
        StatusCode.InvalidArgument => (subject + "Invalid", file.InnerException is GraphException ? ErrorCategory.InvalidData : ErrorCategory.InvalidArgument),
        StatusCode.Unavailable => (subject + "Unavailable", ErrorCategory.ConnectionError),
        StatusCode.AlreadyExists => (subject + "Exists", ErrorCategory.ResourceExists),
        StatusCode.FailedPrecondition => (subject + "Protected", ErrorCategory.PermissionDenied),
        _ => (subject + "FileError", ErrorCategory.ReadError),
    };

    private static (string Id, ErrorCategory Category) Graph(StatusCode code) => code switch
    {
        StatusCode.NotFound => ("GraphNameNotFound", ErrorCategory.ObjectNotFound),
        StatusCode.DataLoss => ("GraphDamaged", ErrorCategory.InvalidData),
        _ => ("GraphInvalid", ErrorCategory.InvalidArgument),
    };

    private static (string Id, ErrorCategory Category) Engine(StatusCode code) => code switch
    {
        StatusCode.FailedPrecondition => ("SessionNotReady", ErrorCategory.InvalidOperation),
        StatusCode.ResourceExhausted => ("OutOfMemory", ErrorCategory.ResourceUnavailable),
        StatusCode.DeadlineExceeded => ("RunTimedOut", ErrorCategory.OperationTimeout),
        StatusCode.InvalidArgument or StatusCode.OutOfRange => ("RunRefused", ErrorCategory.InvalidArgument),
        _ => ("RunFailed", ErrorCategory.InvalidOperation),
    };
}
