using System.Diagnostics.CodeAnalysis;

namespace ModelSessions.Files;

/// <summary>The bits of a scan end with the file: the units before are there.</summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves the reader of JPEG files.")]
internal sealed class JpegCutException : Exception;
