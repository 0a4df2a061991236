namespace ModelSessions.Tests.Kernels;

/// <summary>Arrays of tensors as the graphs of 2016 have them: handles are two strings, of old references to them.</summary>
public sealed class TensorArrayTests
{
    [Theory]
    [InlineData("")]
    [InlineData("V2")]
    public void The_first_versions_write_read_and_add_gradients_up(string version)
    {
        using CpuRun run = new(FlowText.Parse(
            $"""
            size Const value=i:3
            array TensorArray{version} size dtype=float
            other TensorArray{version} size dtype=float
            i Const value=i:1
            x Const value=f:5
            y Const value=f:7
            none Const value=f:0
            written TensorArrayWrite{version} array i x none
            foreign TensorArrayWrite{version} other i y none
            read TensorArrayRead{version} array i written dtype=float
            read2 TensorArrayRead{version} other i foreign dtype=float
            count TensorArraySize{version} array written
            grad TensorArrayGrad{version} array written source=g
            again TensorArrayGrad{version} array written source=g
            first TensorArrayWrite{version} grad i x none
            second TensorArrayWrite{version} again i y first
            sum TensorArrayRead{version} grad i second dtype=float
            """,
            producer: 10));

        Assert.Equal(5, run.Fetch("read:0").Span<float>()[0]);
        Assert.Equal(7, run.Fetch("read2:0").Span<float>()[0]);
        Assert.Equal(3, run.Fetch("count:0").Span<int>()[0]);
        Assert.Equal(12, run.Fetch("sum:0").Span<float>()[0]);
    }

    [Fact]
    public void All_elements_are_packed_and_unpacked()
    {
        using CpuRun run = new(FlowText.Parse(
            """
            size Const value=i:2
            array TensorArray size dtype=float
            none Const value=f:0
            x Placeholder dtype=float
            filled TensorArrayUnpack array x none
            all TensorArrayPack array filled dtype=float
            """,
            producer: 10));

        Assert.Equal([1, 2, 3, 4], run.Fetch("all:0", ("x:0", Tensor.From<float>([1, 2, 3, 4]).Reshape([2, 2]))).Span<float>().ToArray());
        EngineException e = Assert.Throws<EngineException>(() => run.Fetch("all:0", ("x:0", Tensor.From<float>([1, 2, 3]))));
        Assert.Equal(StatusCode.InvalidArgument, e.Code);
    }
}
