namespace ModelSessions;

/// <summary>TensorFlow's canonical status codes (<c>tensorflow.error.Code</c>).</summary>
public enum StatusCode
{
    /// <summary>No error.</summary>
    Ok = 0,

    /// <summary>The caller cancelled.</summary>
    Cancelled = 1,

    /// <summary>Nothing more is known.</summary>
    Unknown = 2,

    /// <summary>An argument is wrong whatever the state.</summary>
    InvalidArgument = 3,

    /// <summary>A time limit passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>A file, node or entry is not there.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>Not allowed.</summary>
    PermissionDenied = 7,

    /// <summary>Memory or disk is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The state is not fit: an uninitialised variable.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted by a race.</summary>
    Aborted = 10,

    /// <summary>Past the end of data, or an index outside its range.</summary>
    OutOfRange = 11,

    /// <summary>Not supported.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken.</summary>
    Internal = 13,

    /// <summary>Not reachable now.</summary>
    Unavailable = 14,

    /// <summary>Data is damaged.</summary>
    DataLoss = 15,

    /// <summary>Credentials are missing.</summary>
    Unauthenticated = 16,
}
