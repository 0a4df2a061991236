
namespace ModelSessions.Files;

/// <summary>Turns what the operating system says of a file into this library's error.</summary>
internal static class FileAccessErrors
{
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int NoSpaceUnix = 28;
    private const int QuotaUnix = 122;
    private const int ReadOnlyUnix = 30;

    /// <summary>Whether an exception comes from the operating system.</summary>
    public static bool Is(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>The error for a file or folder that could not be opened, read, written or renamed.</summary>
    public static ModelFileException Of(string path, Exception error)
    {
        (StatusCode code, string message) = error switch
        {
            FileNotFoundException => (StatusCode.NotFound, "the file is not there."),
            DirectoryNotFoundException => (StatusCode.NotFound, "there is no such folder, or none can be made there."),
            PathTooLongException => (StatusCode.InvalidArgument, "this is too long for a name in this file system; give a shorter one."),
            EndOfStreamException => (StatusCode.DataLoss, "the file ends too early; it was cut, or not copied as a whole."),
            UnauthorizedAccessException => (StatusCode.PermissionDenied, "access is denied; check the permissions of the file and its folder, or choose another folder."),
            IOException when IsFull(error) => (StatusCode.ResourceExhausted, "the disk is full; free some space or choose another folder. What was there before is unchanged."),
            IOException when (error.HResult & 0xFFFF) == ReadOnlyUnix => (StatusCode.PermissionDenied, "the file system is read-only; choose another folder."),
            _ => (StatusCode.Unknown, error.Message),
        };
        return new ModelFileException(code, path, message, innerException: error);
    }

    /// <summary>Reads a file; what goes wrong is said of it by name.</summary>
    /// <exception cref="ModelFileException">It cannot be read, or is damaged.</exception>
    public static T Guard<T>(string path, Func<T> read) => Guard(path, read, static read => read());

    /// <summary>Reads a file by a function that captures nothing.</summary>
    /// <inheritdoc cref="Guard{T}(string, Func{T})"/>
    public static T Guard<TState, T>(string path, TState state, Func<TState, T> read)
    {
        try
        {
            return read(state);
        }
        catch (ModelFileException error)
        {
            throw error.In(path);
        }
        catch (Exception error) when (MessageDamage.Is(error))
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"an entry is damaged: {error.Message}", innerException: error);
        }
        catch (Exception error) when (Is(error))
        {
            throw Of(path, error);
        }
    }

    private static bool IsFull(Exception error) =>
        error.HResult == DiskFullWindows || (error.HResult & 0xFFFF) is NoSpaceUnix or QuotaUnix;
}
