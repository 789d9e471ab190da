namespace LossKit.FSharp.Tests

open System
open LossKit

module Training =
    /// Costs of decisions, as a model of one feature and an intercept is trained to make them.
    let train (loss: PointwiseLoss<float>) (feature: float[]) (labels: float[]) =
        let logits, slopes = Array.zeroCreate feature.Length, Array.zeroCreate<float> feature.Length
        let mutable weight, intercept = 0.0, 0.0

        for _ in 1..500 do
            feature |> Array.iteri (fun i x -> logits[i] <- weight * x + intercept)
            loss.ValueAndGradient(logits, labels, slopes) |> ignore
            weight <- weight - 0.2 * Array.sum (Array.map2 (*) slopes feature)
            intercept <- intercept - 0.2 * Array.sum slopes

        weight, intercept, loss.Value(logits, labels)
