using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ModelSessions.Tests.Data;

/// <summary>A mirror on this machine that serves files over HTTP as badly as a test wants: a fault a request, then well.</summary>
public sealed class MirrorServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, byte[]> _files;
    private readonly Queue<Fault> _faults;

    public MirrorServer(Dictionary<string, byte[]> files, params Fault[] faults)
    {
        _files = files;
        _faults = new Queue<Fault>(faults);
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>What goes wrong with one answer.</summary>
    public enum Fault
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>The connection ends after half of the bytes.</summary>
        Cut,

        /// <summary>Nothing comes any more after half of the bytes.</summary>
        Stall,

        /// <summary>A byte is wrong.</summary>
        Corrupt,

        /// <summary>All of it is sent, whatever range was asked for.</summary>
        IgnoreRange,

        /// <summary>503.</summary>
        Busy,

        /// <summary>404.</summary>
        Missing,

        /// <summary>A length of a terabyte.</summary>
        Huge,

        /// <summary>No length, and bytes without end.</summary>
        Endless,
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/mnist");

    /// <summary>What was asked for: <c>name</c> or <c>name from 123</c>.</summary>
    public IList<string> Requests { get; } = [];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using TcpClient owned = client;
        try
        {
            NetworkStream stream = client.GetStream();
            (string name, int from) = await RequestAsync(stream);
            Fault fault;
            lock (Requests)
            {
                Requests.Add(from > 0 ? $"{name} from {from}" : name);
                fault = _faults.TryDequeue(out Fault next) ? next : Fault.None;
            }

            await SendAsync(stream, name, from, fault);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private static async Task<(string Name, int From)> RequestAsync(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        string name = (await reader.ReadLineAsync())!.Split(' ')[1].Split('/')[^1];
        int from = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
            {
                from = int.Parse(line["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            }
        }

        return (name, from);
    }

    private async Task SendAsync(NetworkStream stream, string name, int from, Fault fault)
    {
        if (fault is Fault.Busy or Fault.Missing || !_files.TryGetValue(name, out byte[]? bytes))
        {
            await HeadAsync(stream, fault == Fault.Busy ? "503 Busy" : "404 Not Found", "Content-Length: 0");
            return;
        }

        if (fault is Fault.Huge or Fault.Endless)
        {
            await HeadAsync(stream, "200 OK", fault == Fault.Huge ? "Content-Length: 1099511627776" : "Content-Type: application/octet-stream");
            for (byte[] block = new byte[1 << 16]; ;)
            {
                await stream.WriteAsync(block, _stop.Token);
            }
        }

        if (from >= bytes.Length)
        {
            await HeadAsync(stream, "416 Range Not Satisfiable", "Content-Length: 0");
            return;
        }

        from = fault == Fault.IgnoreRange ? 0 : from;
        byte[] body = bytes[from..];
        string head = from > 0 ? $"Content-Range: bytes {from}-{bytes.Length - 1}/{bytes.Length}\r\nContent-Length: {body.Length}" : $"Content-Length: {body.Length}";
        await HeadAsync(stream, from > 0 ? "206 Partial Content" : "200 OK", head);
        body[^1] ^= (byte)(fault == Fault.Corrupt ? 1 : 0);
        int sent = fault is Fault.Cut or Fault.Stall ? body.Length / 2 : body.Length;
        await stream.WriteAsync(body.AsMemory(0, sent), _stop.Token);
        if (fault == Fault.Stall)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
    }

    private async Task HeadAsync(NetworkStream stream, string status, string fields) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{fields}\r\nConnection: close\r\n\r\n"), _stop.Token);
}
