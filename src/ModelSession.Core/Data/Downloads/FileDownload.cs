using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Fetches one file, goes on where an earlier attempt was cut, and lets it appear under its name only when its sum is right.</summary>
/// <remarks>What has come so far lies beside it as <c>NAME.part</c>. Of two processes one fetches: it holds the folder's <c>.lock</c>, which stays, since
/// a lock on the file that is renamed would have to be let go before.</remarks>
internal sealed class FileDownload(HttpClient client, DownloadOptions options, IProgress<DownloadProgress>? progress)
{
    private const int BufferSize = 1 << 16;

    private const string LockName = ".lock";

    /// <summary>Fetches a file, unless it is there already.</summary>
    /// <param name="name">Its name, in the folder and at the mirrors.</param>
    /// <param name="md5">Its sum, in hexadecimal digits.</param>
    /// <param name="mirrors">Where to ask, in this order.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="cancel">Leaves what has come for the next time.</param>
    /// <exception cref="ModelFileException">No mirror gave the file: each one's failure is told.</exception>
    public async Task FetchAsync(string name, string md5, IReadOnlyList<Uri> mirrors, string folder, CancellationToken cancel)
    {
        string path = Path.Combine(folder, name);
        if (IsWhole(path, md5))
        {
            return;
        }

        using FileStream turn = await OpenAloneAsync(Path.Combine(folder, LockName), cancel).ConfigureAwait(false);
        // Another process may have fetched it meanwhile.
        if (!IsWhole(path, md5))
        {
            using FileStream part = await OpenAloneAsync(path + ".part", cancel).ConfigureAwait(false);
            await FetchAsync(part, name, md5, mirrors, cancel).ConfigureAwait(false);
            Keep(part, path);
        }
    }

    private static void Keep(FileStream part, string path)
    {
        try
        {
            part.Flush(flushToDisk: true);
            part.Close();
            File.Move(part.Name, path, overwrite: true);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    private static bool IsWhole(string path, string md5)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        return Matches(file, md5);
    }

    // MD5 is what the files' owners publish. It tells damage; who trusts a mirror is its user.
#pragma warning disable CA5351
    private static bool Matches(Stream file, string md5) => Convert.ToHexString(MD5.HashData(file)).Equals(md5, StringComparison.OrdinalIgnoreCase);
#pragma warning restore CA5351

    private async Task<FileStream> OpenAloneAsync(string path, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.Asynchronous);
            }
            catch (IOException error) when (IsHeld(error))
            {
                await Task.Delay(options.Pause, cancel).ConfigureAwait(false);
            }
            catch (Exception error) when (FileAccessErrors.Is(error))
            {
                throw FileAccessErrors.Of(path, error);
            }
        }
    }

    // Another process holds it: a sharing violation, or EWOULDBLOCK of the lock.
    private static bool IsHeld(IOException error) => (error.HResult & 0xFFFF) is 11 or 32 or 35;

    private async Task FetchAsync(FileStream part, string name, string md5, IReadOnlyList<Uri> mirrors, CancellationToken cancel)
    {
        List<string> failures = [];
        StatusCode code = StatusCode.Unavailable;
        foreach (Uri mirror in mirrors)
        {
            Uri address = new(mirror.AbsoluteUri.EndsWith('/') ? mirror : new Uri(mirror.AbsoluteUri + "/"), Uri.EscapeDataString(name));
            try
            {
                await FromAsync(part, name, md5, address, cancel).ConfigureAwait(false);
                return;
            }
            catch (ModelFileException error) when (error.Path == address.AbsoluteUri)
            {
                failures.Add(error.Message);
                code = error.Code == StatusCode.Unavailable ? code : error.Code;
            }
        }

        throw new ModelFileException(
            code,
            Path.ChangeExtension(part.Name, null),
            $"the file could not be fetched. {string.Join(" ", failures)} Give another mirror, or the folder of the files by -Path.");
    }

    // From one mirror. What came from elsewhere before may be wrong: then once more from the beginning.
    private async Task FromAsync(FileStream part, string name, string md5, Uri address, CancellationToken cancel)
    {
        for (bool isFresh = part.Length == 0; ; isFresh = true)
        {
            await CompleteAsync(part, name, address, cancel).ConfigureAwait(false);
            part.Position = 0;
            if (Matches(part, md5))
            {
                return;
            }

            long length = part.Length;
            part.SetLength(0);
            if (isFresh)
            {
                throw new ModelFileException(
                    StatusCode.DataLoss, address.AbsoluteUri, $"what came ({length:n0} bytes) does not have the MD5 sum {md5.ToLowerInvariant()}: it is damaged, or another file.");
            }
        }
    }

    private async Task CompleteAsync(FileStream part, string name, Uri address, CancellationToken cancel)
    {
        TimeSpan pause = options.Pause;
        for (int failures = 0; ;)
        {
            long before = part.Length;
            try
            {
                await ReceiveAsync(part, name, address, cancel).ConfigureAwait(false);
                return;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException)
            {
                if (part.Length > before)
                {
                    (failures, pause) = (0, options.Pause);
                }
                else if (++failures >= options.Attempts || IsFinal(error))
                {
                    throw new ModelFileException(StatusCode.Unavailable, address.AbsoluteUri, $"{error.Message.TrimEnd('.')}.", innerException: error);
                }

                await Task.Delay(pause, cancel).ConfigureAwait(false);
                pause *= 2;
            }
        }
    }

    // Asking again gives no other answer.
    private static bool IsFinal(Exception error) =>
        error is HttpRequestException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) }
            or HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private async Task ReceiveAsync(FileStream part, string name, Uri address, CancellationToken cancel)
    {
        using CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stall.CancelAfter(options.StallLimit);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, address);
            request.Headers.Range = part.Length > 0 ? new RangeHeaderValue(part.Length, null) : null;
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // All of it is there already, or too much: its sum tells.
                return;
            }

            response.EnsureSuccessStatusCode();
            long? total = Begin(part, response, address);
            Stream content = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
            byte[] buffer = new byte[BufferSize];
            while (true)
            {
                stall.CancelAfter(options.StallLimit);
                int count = await content.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                Bounded(part.Length + count, address);
                await WriteAsync(part, buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
                progress?.Report(new DownloadProgress(name, part.Length, total));
            }

            if (part.Length < total)
            {
                throw new IOException($"The connection ended after {part.Length:n0} of {total:n0} bytes.");
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing came for {options.StallLimit.TotalSeconds:0.#} s.");
        }
    }

    // A full disk is no failure of the mirror.
    private static async Task WriteAsync(FileStream part, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            await part.WriteAsync(bytes, cancel).ConfigureAwait(false);
            await part.FlushAsync(cancel).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw FileAccessErrors.Of(part.Name, error);
        }
    }

    // Where the answer's bytes go: behind those that are there, or from the beginning if the mirror sends all of it.
    private long? Begin(FileStream part, HttpResponseMessage response, Uri address)
    {
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == part.Length;
        if (!goesOn)
        {
            if (response.StatusCode == HttpStatusCode.PartialContent)
            {
                part.SetLength(0);
                throw new IOException("The mirror sent another part than was asked for.");
            }

            part.SetLength(0);
        }

        part.Position = part.Length;
        long? total = part.Length + response.Content.Headers.ContentLength;
        Bounded(total ?? 0, address);
        return total;
    }

    private void Bounded(long length, Uri address)
    {
        if (length > options.LargestFile)
        {
            throw new ModelFileException(
                StatusCode.ResourceExhausted, address.AbsoluteUri, $"it has {length:n0} bytes or more; at most {options.LargestFile:n0} are fetched. This is not the file that was asked for.");
        }
    }
}
