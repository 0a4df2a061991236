namespace ModelSessions;

/// <summary>A session cannot do two things at a time that both want it for themselves: it is being trained by another thread.</summary>
/// <param name="message">What it is busy with, and how to go on.</param>
public sealed class SessionBusyException(string message) : ModelSessionException(StatusCode.Unavailable, message);
