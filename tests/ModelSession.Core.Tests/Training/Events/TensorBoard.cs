using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace ModelSessions.Tests.Training;

/// <summary>Real TensorBoard over a folder, asked as its own page asks it.</summary>
internal sealed class TensorBoard : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly Task<string> _errors;

    private TensorBoard(Process process, int port)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        Address = new Uri($"http://127.0.0.1:{port}/");
        _client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>Starts it; the test is skipped where there is none.</summary>
    public static TensorBoard Start(string folder)
    {
        string? python = TensorFlowPython.Find();
        Assert.SkipWhen(python is null, "There is no TensorBoard here (shared/tensorflow/setup.sh, or MODELSESSION_TFPYTHON).");
        int port = FreePort();
        ProcessStartInfo start = new(python!) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["-m", "tensorboard.main", "--load_fast=false", "--logdir", folder, "--host", "127.0.0.1", "--port", $"{port}", "--reload_interval", "1"])
        {
            start.ArgumentList.Add(argument);
        }

        return new TensorBoard(Process.Start(start)!, port);
    }

    /// <summary>What it answers, as soon as it is what is waited for.</summary>
    public async Task<JsonElement> Get(string path, Func<JsonElement, bool> isReady)
    {
        string last = "nothing";
        for (Stopwatch clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(120); await Task.Delay(300, TestContext.Current.CancellationToken))
        {
            Assert.False(_process.HasExited, _process.HasExited ? await _errors : "");
            try
            {
                last = await _client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
                JsonElement answer = JsonDocument.Parse(last).RootElement;
                if (isReady(answer))
                {
                    return answer;
                }
            }
            catch (Exception error) when (error is HttpRequestException or JsonException or KeyNotFoundException)
            {
                last = error.Message;
            }
        }

        Assert.Fail($"TensorBoard answers '{path}' with {last}.");
        return default;
    }

    public Task<string> Text(string path) => _client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
