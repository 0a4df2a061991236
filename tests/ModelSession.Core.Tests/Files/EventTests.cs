using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

public sealed class EventTests
{
    [Fact]
    public void A_file_starts_with_its_version_and_is_named_after_time_and_host()
    {
        using TemporaryFolder folder = new();
        FakeClock clock = new(new DateTimeOffset(2020, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
        using EventWriter writer = EventWriter.Create(folder.Path, clock: clock);

        Event first = Assert.Single(EventFile.Read(writer.Path));
        Assert.Equal($"events.out.tfevents.1577934245.{Environment.MachineName}", Path.GetFileName(writer.Path));
        Assert.Equal((1577934245, "brain.Event:2", "tensorflow.core.util.events_writer"), (first.WallTime, first.FileVersion, first.SourceMetadata.Writer));
    }

    [Fact]
    public void Two_writers_of_one_second_write_two_files()
    {
        using TemporaryFolder folder = new();
        FakeClock clock = new(DateTimeOffset.UnixEpoch.AddSeconds(5));
        using EventWriter a = EventWriter.Create(folder.Path, clock: clock);
        using EventWriter b = EventWriter.Create(folder.Path, clock: clock);

        Assert.Equal([a.Path, b.Path], EventFile.Find(folder.Path));
    }

    [Fact]
    public void What_is_flushed_can_be_read_while_the_file_is_open()
    {
        using TemporaryFolder folder = new();
        FakeClock clock = new(DateTimeOffset.UnixEpoch.AddSeconds(1.5));
        using EventWriter writer = EventWriter.Create(folder.Path, ".v2", clock);
        writer.WriteScalar(3, "loss", 0.5f);
        writer.Flush();

        Event second = EventFile.Read(writer.Path).Last();
        Assert.EndsWith(".v2", writer.Path, StringComparison.Ordinal);
        Assert.Equal((1.5, 3, "loss", 0.5f), (second.WallTime, second.Step, second.Summary.Value[0].Tag, second.Summary.Value[0].SimpleValue));
    }

    [Fact]
    public void No_damage_of_an_event_file_gives_an_event_that_was_not_written()
    {
        string path = SharedData.Require("golden/files/events/two_folders/logs/train/events.out.tfevents.1500000001.host");
        byte[] sound = File.ReadAllBytes(path);
        Event[] events = [.. EventFile.Read(path)];
        using TemporaryFolder folder = new();
        foreach (byte[] damaged in Damage.CutsAndFlips(sound))
        {
            File.WriteAllBytes(folder["e"], damaged);
            int count = 0;
            _ = Damage.Reads(() =>
            {
                foreach (Event read in EventFile.Read(folder["e"]))
                {
                    Assert.Equal(events[count++], read);
                }
            });
        }
    }

    [Fact]
    public void Every_event_file_of_public_projects_holds_what_TensorFlow_reads()
    {
        using FileStream file = File.OpenRead(SharedData.Require("data/expected.json"));
        JsonElement files = JsonDocument.Parse(file).RootElement.GetProperty("events");
        Assert.True(files.EnumerateObject().Any());
        foreach (JsonProperty expected in files.EnumerateObject())
        {
            List<Event> events = [.. EventFile.Read(Path.Combine(SharedData.Require("data/artifacts"), expected.Name))];
            Assert.Equal(expected.Value.GetProperty("records").GetInt32(), events.Count);
            Assert.Equal(expected.Value.GetProperty("file_version").GetString(), events[0].FileVersion);
            Assert.Equal(expected.Value.GetProperty("first_wall_time").GetDouble(), events[0].WallTime);
            Assert.Equal(
                expected.Value.GetProperty("kinds").EnumerateObject().Select(kind => (kind.Name.Replace("_", "", StringComparison.Ordinal), kind.Value.GetInt32())).Order(),
                events.GroupBy(e => e.WhatCase.ToString().ToLowerInvariant()).Select(group => (group.Key, group.Count())).Order());
            CheckGraphs(expected.Value, events);
            CheckTags(expected.Value.GetProperty("tags"), events);
        }
    }

    private static void CheckGraphs(JsonElement expected, List<Event> events)
    {
        if (expected.TryGetProperty("graph_def_nodes", out JsonElement nodes))
        {
            Assert.Equal(
                nodes.EnumerateArray().Select(count => count.GetInt32()),
                events.Where(e => e.WhatCase == Event.WhatOneofCase.GraphDef).Select(e => GraphDef.Parser.ParseFrom(e.GraphDef).Node.Count));
        }

        if (expected.TryGetProperty("session_log", out JsonElement log))
        {
            Assert.Equal(
                log.EnumerateArray().Select(entry => (entry[0].GetInt64(), entry[1].GetInt32(), entry[2].GetString()!)),
                events.Where(e => e.WhatCase == Event.WhatOneofCase.SessionLog).Select(e => (e.Step, (int)e.SessionLog.Status, Path.GetFileName(e.SessionLog.CheckpointPath))));
        }
    }

    private static void CheckTags(JsonElement expected, List<Event> events)
    {
        var values = events.Where(e => e.Summary is not null).SelectMany(e => e.Summary.Value.Select(value => (e.Step, Value: value))).ToLookup(pair => pair.Value.Tag);
        Assert.Equal(expected.EnumerateObject().Select(tag => tag.Name).Order(StringComparer.Ordinal), values.Select(group => group.Key).Order(StringComparer.Ordinal));
        foreach (JsonProperty tag in expected.EnumerateObject())
        {
            var found = values[tag.Name].ToList();
            Assert.Equal(tag.Value.GetProperty("count").GetInt32(), found.Count);
            Assert.Equal(tag.Value.GetProperty("plugin").GetString(), found[0].Value.Metadata?.PluginData?.PluginName ?? "");
            CheckValue(tag.Value.GetProperty("first"), found[0]);
            CheckValue(tag.Value.GetProperty("last"), found[^1]);
        }
    }

    private static void CheckValue(JsonElement expected, (long Step, Summary.Types.Value Value) found)
    {
        Assert.Equal(expected[0].GetInt64(), found.Step);
        JsonElement value = expected[1];
        switch (found.Value.ValueCase)
        {
            case Summary.Types.Value.ValueOneofCase.SimpleValue:
                Assert.Equal(value.GetDouble(), found.Value.SimpleValue);
                break;
            case Summary.Types.Value.ValueOneofCase.Histo:
                HistogramProto histogram = found.Value.Histo;
                Assert.Equal(
                    (value.GetProperty("min").GetDouble(), value.GetProperty("max").GetDouble(), value.GetProperty("num").GetDouble(), value.GetProperty("sum").GetDouble(), value.GetProperty("buckets").GetInt32()),
                    (histogram.Min, histogram.Max, histogram.Num, histogram.Sum, histogram.Bucket.Count));
                break;
            default:
                Assert.Equal(value.GetString(), found.Value.ValueCase.ToString().ToLowerInvariant());
                break;
        }
    }

    private sealed class FakeClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
