namespace LossKit.FSharp.Tests

open LossKit
open LossKit.FSharp

module Training =
    let calls () =
        let predictions = [| 2.1; 0.4; -1.3; 7.9 |]
        let targets = [| 2.0; 0.0; -1.0; 1.0 |]
        let gradient = Array.zeroCreate<float> predictions.Length

        // Too low costs four times as much as too high; beyond 1 an error grows only linearly.
        let loss = Loss.Huber<float>(delta = 1.0).Asymmetric(over = 1.0, under = 4.0)
        let cost = loss.ValueAndGradient(predictions, targets, gradient)

        // The same loss by its name, as a configuration has it.
        let named = Loss.Parse<float>("huber(delta=1).asymmetric(over=1, under=4)")
        let ofNamed = named.Value(predictions, targets)

        cost, gradient, ofNamed

    let losses () =
        let decisions = Loss.FromFormula<float, _>(MissedPositive 10.0).ClassWeighted(positive = 2.0, negative = 1.0)
        let margins = Loss.FromMarginFormula<float, _>(SoftMargin 1.5).Clipped(maximum = 5.0)
        let orders = Loss.FromTupleFormula<float, _>(PlainTuple(PricedError 2.5))

        decisions, margins, orders

    let train (loss: PointwiseLoss<float>) (feature: float[]) (labels: float[]) =
        let logits = Array.zeroCreate<float> feature.Length
        let slopes = Array.zeroCreate<float> feature.Length
        let mutable weight, intercept = 0.0, 0.0

        for _ in 1..500 do
            feature |> Array.iteri (fun i x -> logits[i] <- weight * x + intercept)
            loss.ValueAndGradient(logits, labels, slopes) |> ignore
            weight <- weight - 0.2 * Array.sum (Array.map2 (*) slopes feature)
            intercept <- intercept - 0.2 * Array.sum slopes

        weight, intercept, loss.Value(logits, labels)
