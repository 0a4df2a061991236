using System.Security.Cryptography;
using ModelSessions.Data;
using static ModelSessions.Tests.Data.MirrorServer;

namespace ModelSessions.Tests.Data;

public sealed class MnistDownloadTests : IDisposable
{
    private const string First = "train-images-idx3-ubyte.gz";
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("download").FullName, "mnist");

    // Other bytes than MNIST's, whose sums are given.
    private readonly Dictionary<string, byte[]> _files = MnistDownload.Checksums.Keys.ToDictionary(name => name, name => RandomNumberGenerator.GetBytes(300_000));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task All_files_are_fetched_once()
    {
        using MirrorServer mirror = new(_files);
        Assert.Equal(_folder, await FetchAsync(mirror));
        AssertWhole();
        await FetchAsync(mirror);
        Assert.Equal(4, mirror.Requests.Count);
    }

    [Theory]
    [InlineData(Fault.Cut)]
    [InlineData(Fault.Stall)]
    public async Task A_file_that_was_cut_goes_on_where_it_ended(Fault fault)
    {
        using MirrorServer mirror = new(_files, fault, fault);
        await FetchAsync(mirror);
        AssertWhole();
        Assert.Equal([First, $"{First} from 150000", $"{First} from 225000"], mirror.Requests.Take(3));
    }

    [Fact]
    public async Task What_came_goes_on_in_a_later_call_at_another_mirror()
    {
        using (MirrorServer bad = new(_files, Fault.Cut, Fault.Missing))
        {
            ModelFileException error = await Assert.ThrowsAsync<ModelFileException>(() => FetchAsync(bad));
            Assert.Equal(StatusCode.Unavailable, error.Code);
            Assert.Contains("404", error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(_folder, First)));
        }

        using MirrorServer good = new(_files);
        await FetchAsync(good);
        AssertWhole();
        Assert.Equal($"{First} from 150000", good.Requests[0]);
    }

    [Fact]
    public async Task A_mirror_that_knows_no_ranges_sends_all_again()
    {
        using MirrorServer mirror = new(_files, Fault.Cut, Fault.IgnoreRange);
        await FetchAsync(mirror);
        AssertWhole();
    }

    [Fact]
    public async Task Damage_is_found_by_the_sum_and_the_next_mirror_is_asked()
    {
        using MirrorServer bad = new(_files, Fault.Corrupt), good = new(_files);
        await FetchAsync(bad, good);
        AssertWhole();
        Assert.Contains(First, good.Requests);
    }

    [Fact]
    public async Task A_damaged_file_never_appears_under_its_name()
    {
        using MirrorServer bad = new(_files, Fault.Corrupt);
        ModelFileException error = await Assert.ThrowsAsync<ModelFileException>(() => FetchAsync(bad));
        Assert.Equal(StatusCode.DataLoss, error.Code);
        Assert.Contains("MD5", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, First)));
    }

    [Fact]
    public async Task A_first_half_that_is_damaged_is_fetched_again()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllBytes(Path.Combine(_folder, First + ".part"), new byte[1000]);
        using MirrorServer mirror = new(_files);
        await FetchAsync(mirror);
        AssertWhole();
        Assert.Equal([$"{First} from 1000", First], mirror.Requests.Take(2));
    }

    [Fact]
    public async Task A_file_of_the_cache_that_was_damaged_is_fetched_again()
    {
        using MirrorServer mirror = new(_files);
        await FetchAsync(mirror);
        File.AppendAllText(Path.Combine(_folder, First), "x");
        await FetchAsync(mirror);
        AssertWhole();
    }

    [Theory]
    [InlineData(Fault.Huge)]
    [InlineData(Fault.Endless)]
    public async Task A_mirror_cannot_fill_the_disk(Fault fault)
    {
        using MirrorServer mirror = new(_files, fault);
        ModelFileException error = await Assert.ThrowsAsync<ModelFileException>(() => FetchAsync(Options(mirror) with { LargestFile = 1 << 20 }));
        Assert.Equal(StatusCode.ResourceExhausted, error.Code);
        Assert.True(new FileInfo(Path.Combine(_folder, First + ".part")).Length <= 1 << 20);
    }

    [Fact]
    public async Task A_busy_mirror_is_asked_again()
    {
        using MirrorServer mirror = new(_files, Fault.Busy, Fault.Busy);
        await FetchAsync(mirror);
        AssertWhole();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_mirror_is_asked_for_a_file_as_often_as_the_options_say(int attempts)
    {
        using MirrorServer busy = new(_files, [.. Enumerable.Repeat(Fault.Busy, attempts)]), good = new(_files);
        await FetchAsync(Options(busy, good) with { Attempts = attempts });
        AssertWhole();
        Assert.Equal((attempts, 1), (busy.Requests.Count(name => name == First), good.Requests.Count(name => name == First)));
    }

    [Fact]
    public async Task Several_at_once_fetch_each_file_once()
    {
        using MirrorServer mirror = new(_files);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => FetchAsync(mirror))));
        AssertWhole();
        Assert.Equal(4, mirror.Requests.Count);
        Assert.Empty(Directory.GetFiles(_folder, "*.part"));
    }

    [Fact]
    public async Task Progress_ends_with_the_whole_file()
    {
        List<DownloadProgress> told = [];
        using MirrorServer mirror = new(_files, Fault.Cut);
        await MnistDownload.FetchAsync(Options(mirror), new Listener(told), TestContext.Current.CancellationToken);
        Assert.Equal(new DownloadProgress(First, 300_000, 300_000), told.Last(progress => progress.File == First));
        Assert.Equal(told.Select(p => p.Bytes).TakeWhile((_, i) => told[i].File == First), told.Where(p => p.File == First).Select(p => p.Bytes).Order());
    }

    [Fact]
    public async Task A_cancelled_download_keeps_what_came()
    {
        using MirrorServer mirror = new(_files, Fault.Stall);
        using CancellationTokenSource stop = new();
        Task<string> download = MnistDownload.FetchAsync(Options(mirror) with { StallLimit = TimeSpan.FromMinutes(5) }, new Listener([], stop), stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        Assert.True(new FileInfo(Path.Combine(_folder, First + ".part")).Length > 0);
    }

    [Fact]
    public async Task Wrong_mirrors_and_sums_are_refused_before_anything_is_asked()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => FetchAsync(new DownloadOptions { Mirrors = [new Uri("file:///etc/")], Folder = _folder }));
        ArgumentException name = await Assert.ThrowsAsync<ArgumentException>(
            () => FetchAsync(new DownloadOptions { Checksums = new Dictionary<string, string> { ["../train-images"] = new('0', 32) }, Folder = _folder }));
        Assert.Contains("'../train-images'", name.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(
            () => FetchAsync(new DownloadOptions { Checksums = new Dictionary<string, string> { [First] = "abc" }, Folder = _folder }));
        Assert.False(Directory.Exists(_folder));
    }

    private Task<string> FetchAsync(params MirrorServer[] mirrors) => FetchAsync(Options(mirrors));

    private static Task<string> FetchAsync(DownloadOptions options) => MnistDownload.FetchAsync(options, null, TestContext.Current.CancellationToken);

    private DownloadOptions Options(params MirrorServer[] mirrors) => new()
    {
        Mirrors = [.. mirrors.Select(mirror => mirror.Address)],
#pragma warning disable CA5351 // The sums of the files are such.
        Checksums = _files.ToDictionary(file => file.Key, file => Convert.ToHexStringLower(MD5.HashData(file.Value))),
#pragma warning restore CA5351
        Folder = _folder,
        StallLimit = TimeSpan.FromMilliseconds(400),
        Pause = TimeSpan.FromMilliseconds(20),
    };

    private void AssertWhole()
    {
        foreach ((string name, byte[] bytes) in _files)
        {
            Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_folder, name)));
        }
    }

    /// <summary>Keeps what it is told at once, where <see cref="Progress{T}"/> would do so later; may stop the download.</summary>
    private sealed class Listener(List<DownloadProgress> told, CancellationTokenSource? stop = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            told.Add(value);
            stop?.CancelAfter(100);
        }
    }
}
