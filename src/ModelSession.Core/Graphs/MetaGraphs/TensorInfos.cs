using ModelSessions.Protos;

namespace ModelSessions.Graphs.MetaGraphs;

/// <summary>Names of tensors in signatures and assets.</summary>
internal static class TensorInfos
{
    /// <summary>Changes all names; parts of composite tensors nest no deeper than the parser lets messages nest.</summary>
    public static void Rename(TensorInfo? info, Func<string, string> rename)
    {
        switch (info?.EncodingCase)
        {
            case TensorInfo.EncodingOneofCase.Name:
                info.Name = rename(info.Name);
                break;
            case TensorInfo.EncodingOneofCase.CooSparse:
                info.CooSparse.ValuesTensorName = rename(info.CooSparse.ValuesTensorName);
                info.CooSparse.IndicesTensorName = rename(info.CooSparse.IndicesTensorName);
                info.CooSparse.DenseShapeTensorName = rename(info.CooSparse.DenseShapeTensorName);
                break;
            case TensorInfo.EncodingOneofCase.CompositeTensor:
                foreach (TensorInfo component in info.CompositeTensor.Components)
                {
                    Rename(component, rename);
                }

                break;
        }
    }
}
